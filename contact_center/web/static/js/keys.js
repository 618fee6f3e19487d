// Single-letter keys outside fields, a list under "?", and a switch that turns them off (WCAG 2.1.4).
const SWITCH = "keys-off";

function isWriting(element) {
  return element.matches?.("input:not([type=checkbox],[type=radio]),textarea,select,[contenteditable]");
}

export function startKeys() {
  const box = document.querySelector("[data-keys-switch]");
  if (box) {
    box.checked = !localStorage.getItem(SWITCH);
    box.addEventListener("change", () => {
      if (box.checked) localStorage.removeItem(SWITCH);
      else localStorage.setItem(SWITCH, "1");
    });
  }
  document.addEventListener("keydown", press);
}

function press(event) {
  if (event.isComposing || event.defaultPrevented) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest?.("form");
    if (form && event.target.matches("textarea,input")) {
      event.preventDefault();
      form.requestSubmit();
    }
    return;
  }
  if (event.key === "Escape" && isWriting(event.target) && !event.target.closest("dialog")) {
    event.target.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
  if (localStorage.getItem(SWITCH) || document.querySelector("dialog[open]")) return;
  if (act(event.key.toLowerCase())) event.preventDefault();
}

function act(key) {
  if (key === "?") return Boolean(document.getElementById("keys-help")?.showModal() ?? true);
  if (key === "j" || key === "k") return walk(key === "j" ? 1 : -1);
  const scope = document.activeElement.closest?.("[data-row]") ?? document.querySelector("[data-row][data-current]");
  const target = scope?.querySelector(`[data-key-press="${key}"]`) ?? document.querySelector(`[data-key-press="${key}"]:not([data-row] *)`);
  if (!target || target.disabled || target.closest("[hidden]")) return false;
  if (target.matches("textarea,select,input:not([type=radio],[type=checkbox])")) target.focus();
  else target.click();
  return true;
}

function walk(step) {
  const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent);
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const ahead = step > 0 ? rows.slice(here + 1) : rows.slice(0, Math.max(here, 0)).reverse();
  const next = ahead.find((row) => row.dataset.gone === undefined);
  if (!next) return false;
  (next.querySelector("[data-row-focus]") ?? next).focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}
