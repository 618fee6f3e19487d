// Questions and answers: suggestions while one types, and printing. Without this the search works all the same.
const WAIT_MS = 150;

const field = document.querySelector("[data-suggest]");
if (field) {
  const list = document.querySelector(".suggestions");
  let turn = 0;
  let wait;
  const links = () => [...list.querySelectorAll("a")];
  const close = () => {
    clearTimeout(wait);
    turn += 1;
    list.hidden = true;
  };
  const ask = async () => {
    const mine = (turn += 1);
    const typed = field.value.normalize("NFC").trim();
    if (!typed) return close();
    const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(typed)}`).catch(() => null);
    // A slow answer to an older question is not shown over a newer one.
    if (!answer?.ok || mine !== turn) return;
    list.innerHTML = await answer.text();
    list.hidden = links().length === 0;
  };
  field.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(ask, WAIT_MS);
  });
  field.form.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !list.hidden) {
      close();
      field.focus();
      event.preventDefault();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
      const stops = [field, ...links()];
      const next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      stops[(next + stops.length) % stops.length].focus();
      event.preventDefault();
    }
  });
  field.form.addEventListener("focusout", (event) => {
    if (!field.form.contains(event.relatedTarget)) close();
  });
}

const print = document.querySelector("[data-print]");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
