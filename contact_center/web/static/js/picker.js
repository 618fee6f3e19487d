// A long list to choose from: a text field filters on the server, arrows move, Enter chooses.
//
// <div data-picker="/pick/units"><input type="hidden" name="unit_id"><input data-picker-query ...><ul role="listbox"></ul></div>
const WAIT_MS = 150;

export function startPickers() {
  document.addEventListener("input", (event) => {
    const query = event.target.closest?.("[data-picker-query]");
    if (!query) return;
    const picker = query.closest("[data-picker]");
    picker.querySelector("input[type=hidden]").value = "";
    clearTimeout(picker.wait);
    picker.wait = setTimeout(() => ask(picker, query.value), WAIT_MS);
  });
  document.addEventListener("focusin", (event) => {
    const query = event.target.closest?.("[data-picker-query]");
    if (query && !query.closest("[data-picker]").querySelector("input[type=hidden]").value) ask(query.closest("[data-picker]"), query.value);
  });
  document.addEventListener("focusout", (event) => {
    const picker = event.target.closest?.("[data-picker]");
    if (picker && !picker.contains(event.relatedTarget)) close(picker);
  });
  document.addEventListener("keydown", move, true);
  document.addEventListener("mousedown", (event) => {
    const option = event.target.closest?.("[data-picker] [role=option]");
    if (!option) return;
    event.preventDefault();
    choose(option);
  });
}

async function ask(picker, text) {
  const turn = (picker.turn = (picker.turn || 0) + 1);
  const answer = await fetch(`${picker.dataset.picker}?q=${encodeURIComponent(text.normalize("NFC"))}`, {
    headers: { "HX-Request": "true" },
  }).catch(() => null);
  // A slow answer to an older question is not shown over a newer one.
  if (!answer?.ok || turn !== picker.turn) return;
  const list = picker.querySelector("[role=listbox]");
  list.innerHTML = await answer.text();
  list.hidden = false;
  picker.querySelector("[data-picker-query]").setAttribute("aria-expanded", "true");
}

function close(picker) {
  clearTimeout(picker.wait);
  picker.turn = (picker.turn || 0) + 1;
  picker.querySelector("[role=listbox]").hidden = true;
  picker.querySelector("[data-picker-query]").setAttribute("aria-expanded", "false");
}

function move(event) {
  const query = event.target.closest?.("[data-picker-query]");
  if (!query || event.isComposing) return;
  const picker = query.closest("[data-picker]");
  const options = [...picker.querySelectorAll("[role=option]")];
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const next = options[(at + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length];
    for (const option of options) option.setAttribute("aria-selected", String(option === next));
    if (next) {
      query.setAttribute("aria-activedescendant", next.id);
      next.scrollIntoView({ block: "nearest" });
    }
  } else if (event.key === "Enter" && at >= 0 && !picker.querySelector("[role=listbox]").hidden) {
    event.preventDefault();
    event.stopPropagation();
    choose(options[at]);
  } else if (event.key === "Escape" && !picker.querySelector("[role=listbox]").hidden) {
    event.stopPropagation();
    close(picker);
  }
}

function choose(option) {
  const picker = option.closest("[data-picker]");
  picker.querySelector("input[type=hidden]").value = option.dataset.value;
  const query = picker.querySelector("[data-picker-query]");
  query.value = option.dataset.words ?? option.textContent.trim();
  query.setCustomValidity("");
  close(picker);
  picker.dispatchEvent(new CustomEvent("picked", { bubbles: true, detail: { value: option.dataset.value } }));
}
