// The ticket's page keeps itself up to date: news is fetched, what somebody is typing is never touched.

const page = document.querySelector("[data-follow]");
const actions = document.getElementById("actions");
const offline = document.querySelector("[data-offline]");
const changed = document.querySelector("[data-changed]");
const AGAIN_MOST_MS = 30_000;
const LOOK_EVERY_MS = 30_000;

const version = () => page.querySelector("[data-version]")?.dataset.version;
const state = () => page.querySelector("[data-state]")?.dataset.state;
const stateAtFirst = state();
const isBusy = () => actions.contains(document.activeElement) || [...actions.querySelectorAll("textarea, input[type=file]")].some((field) => field.value);

async function look() {
  const answer = await fetch(`/p/${page.dataset.link}/tinh-hinh`);
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (fresh.querySelector("[data-version]")?.dataset.version === version()) return;
  for (const part of page.querySelectorAll("[data-news]")) {
    const newer = fresh.querySelector(`[data-news="${part.dataset.news}"]`);
    if (newer) part.replaceChildren(...newer.childNodes);
  }
  // Other states have other buttons: they come with the page, at once when nobody is writing.
  if (state() !== stateAtFirst) {
    if (isBusy()) changed.hidden = false;
    else location.replace(`/p/${page.dataset.link}`);
  }
}

let source = null;
let waitMs = 1000;
let timer = 0;
function listen() {
  clearTimeout(timer);
  source?.close();
  source = new EventSource(`/live?scope=ticket:${page.dataset.follow}&link=${encodeURIComponent(page.dataset.link)}`);
  const heard = () => look().catch(() => {});
  source.onopen = () => {
    waitMs = 1000;
    offline.hidden = true;
    heard();
  };
  source.addEventListener("ticket", heard);
  source.addEventListener("resync", heard);
  source.onmessage = heard;
  source.onerror = () => {
    source.close();
    offline.hidden = navigator.onLine;
    timer = setTimeout(listen, waitMs + Math.random() * 1000);
    waitMs = Math.min(waitMs * 2, AGAIN_MOST_MS);
  };
}
listen();
addEventListener("online", listen);
addEventListener("offline", () => { offline.hidden = false; });
addEventListener("pagehide", () => source?.close());
addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
setInterval(() => { if (!document.hidden) look().catch(() => {}); }, LOOK_EVERY_MS);
