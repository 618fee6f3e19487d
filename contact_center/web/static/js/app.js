// What every page has: notices, dialogs, ticking times, live pieces, keys, drafts. No page needs to start anything.
import { notify, words } from "./page.js";
import { startClocks } from "./time.js";
import { startLive } from "./live.js";
import { startKeys } from "./keys.js";
import { startDrafts, forgetDrafts } from "./drafts.js";
import { startPickers } from "./picker.js";

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-open],[data-close],[data-dismiss],[data-reload],[data-toggle]");
  if (!target) return;
  if (target.dataset.open !== undefined) document.getElementById(target.dataset.open)?.showModal();
  else if (target.dataset.toggle !== undefined) toggle(target);
  else if (target.dataset.close !== undefined) target.closest("dialog")?.close();
  else if (target.dataset.reload !== undefined) location.reload();
  else target.closest(".banner")?.remove();
});

function toggle(button) {
  const panel = document.getElementById(button.dataset.toggle);
  panel.hidden = !panel.hidden;
  button.setAttribute("aria-expanded", String(!panel.hidden));
  if (!panel.hidden) panel.querySelector("input:not([type=hidden]),textarea,select")?.focus();
}

// On a phone the menu is longer than the screen: where one is stands in sight.
for (const here of document.querySelectorAll(".top nav [aria-current], .tabs [aria-current]")) {
  const row = here.parentElement;
  row.scrollLeft = here.offsetLeft + here.offsetWidth / 2 - row.offsetLeft - row.clientWidth / 2;
}

// A password can be looked at, and Caps Lock is told before the third wrong try.
document.addEventListener("change", (event) => {
  const box = event.target.closest("[data-show-password]");
  if (box) document.getElementById(box.dataset.showPassword).type = box.checked ? "text" : "password";
});
document.addEventListener("keyup", (event) => {
  const told = document.querySelector("[data-caps-lock]");
  if (told && event.target.matches?.("input[type=password]")) told.hidden = !event.getModifierState?.("CapsLock");
});

// A plain form is sent once, however often it is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.signOut !== undefined) forgetDrafts();
  if (form.method === "dialog" || form.matches("[hx-post]") || event.defaultPrevented) return;
  if (form.dataset.sent !== undefined) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// What was accepted leaves the form; what was refused stays in it.
document.addEventListener("htmx:after:request", (event) => {
  const status = event.detail?.ctx?.response?.raw?.status ?? 0;
  if (status < 200 || status >= 300) return;
  event.target.closest?.("form[hx-post]:not([data-keep])")?.reset();
  document.getElementById("notice").replaceChildren();
});

// Behind an open window nobody would see it.
document.addEventListener("htmx:after:swap", () => {
  const here = document.querySelector("dialog[open] [data-notice-here]");
  const notice = document.getElementById("notice");
  if (here && notice.firstElementChild) here.replaceChildren(...notice.children);
});

document.addEventListener("htmx:error", (event) => {
  // The network failed: what was written is still in the form, so it can simply be sent again.
  if (event.target.matches?.("form")) notify(words.failed);
});

document.querySelector("[data-focus-now]")?.focus();
startClocks();
// htmx looks at the page a moment after it has loaded; a key pressed before would send its form the plain way, and the
// page that comes back would lose the next keys.
window.htmx?.process(document.body);
startKeys();
startDrafts();
startPickers();
startLive();
