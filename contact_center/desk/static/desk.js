// The desk: says that the agent is here, counts who waits in the title, rings once for a new one, helps to write.
import { csrfToken } from "/static/web/js/page.js";

const HEARTBEAT_MS = 25000;
const title = document.title;

setInterval(() => {
  fetch("/presence/heartbeat", { method: "POST", headers: { "X-CSRF-Token": csrfToken() } }).catch(() => {});
}, HEARTBEAT_MS);

const list = document.getElementById("desk-list");
let waiting = waitingNow();
countInTitle();
list.addEventListener("merged", () => {
  const now = waitingNow();
  if (now > waiting && document.getElementById("presence").value === "ready") ring();
  waiting = now;
  countInTitle();
});

function waitingNow() {
  return Number(list.querySelector("[data-waiting]")?.dataset.waiting ?? 0);
}

function countInTitle() {
  document.title = waiting ? `(${waiting}) ${title}` : title;
}

// Two short tones; browsers allow them once the agent has pressed anything on the page.
function ring() {
  if (!navigator.userActivation?.hasBeenActive) return;
  const audio = new AudioContext();
  for (const [start, frequency] of [[0, 660], [0.18, 880]]) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    volume.gain.value = 0.08;
    tone.frequency.value = frequency;
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + start);
    tone.stop(audio.currentTime + start + 0.14);
  }
  setTimeout(() => audio.close(), 800);
}

const composer = document.querySelector(".composer");
if (composer) {
  const text = composer.querySelector("textarea");
  const id = composer.querySelector("[name=client_id]");
  id.value = crypto.randomUUID();
  const mode = (value) => {
    composer.querySelector(`[name=mode][value=${value}]`).checked = true;
    text.focus();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-use]");
    if (!button) return;
    const words = document.getElementById(button.dataset.use).textContent;
    text.value = text.value ? `${text.value}\n${words}` : words;
    text.dispatchEvent(new Event("input", { bubbles: true }));
    mode("reply");
    // Which suggestions are used is kept; losing one count matters to nobody.
    const used = new URLSearchParams({ slug: button.dataset.article });
    const headers = { "X-CSRF-Token": csrfToken() };
    fetch(composer.action.replace(/say$/, "used"), { method: "POST", headers, body: used }).catch(() => {});
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem("keys-off")) return;
    if (event.target.matches("input:not([type=radio]),textarea,select") || document.querySelector("dialog[open]")) return;
    if (event.key.toLowerCase() === "r") mode("reply");
    else if (event.key.toLowerCase() === "n") mode("note");
    else return;
    event.preventDefault();
  });
}

// A phone shows the talk's end, where the composer is.
document.querySelector("[data-current] a")?.scrollIntoView({ block: "nearest" });
