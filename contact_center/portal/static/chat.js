// The chat widget. What the citizen writes is kept in an outbox until the server has it; what the server has is read
// by number. So nothing is lost and nothing shows twice, over reload, broken connections and several open windows.
import { bubble, element, words } from "./chat_lines.js";
import { store } from "./chat_memory.js";

const root = document.getElementById("chat");
const log = root.querySelector("[data-log]");
const field = root.querySelector("#chat-text");
const composer = root.querySelector("[data-composer]");
const who = root.querySelector("[data-controller]");
const offline = root.querySelector("[data-offline]");
const pill = root.querySelector("[data-pill]");
const attached = root.querySelector("[data-attached]");
const photoInput = root.querySelector("[data-photo]");

const LOOK_EVERY_MS = 30_000;
const AGAIN_MOST_MS = 30_000;
const TRIES_BEFORE_FAILED = 4;
const GLYPHS = { bot: "⚙", queue: "…", human: "☺" };

// --- what is remembered ---------------------------------------------------------------------------------------------

let session = store.get("session");
// Each message under a key of its own, so that two windows do not overwrite one another's.
let outbox = store.keys().filter((key) => key.startsWith("outbox.")).map(store.get).sort((a, b) => a.at - b.at);
let conversation = "";
let seen = 0;
const titles = new Map(); // what a button sends -> what it says
const shown = new Map(); // client_id -> element

const save = (item) => { if (outbox.includes(item)) store.set(`outbox.${item.id}`, item); };
const newId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const headers = () => ({ Authorization: `Bearer ${session.token}` });

class Refused extends Error {
  constructor(status, body) {
    super(body?.message ?? "");
    this.status = status;
    this.waitMs = 1000 * (body?.details?.retry_after_s ?? 0);
  }
}
async function ask(address, options = {}) {
  const answer = await fetch(address, options);
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(answer.status, body);
  return body;
}

async function open() {
  const known = session?.token ? headers() : {};
  const left = session ? new Date(session.expires_at) - Date.now() : 0;
  if (left > 24 * 3600 * 1000 * 15) return;
  const fresh = await ask("/channels/web/session", { method: "POST", headers: known });
  if (session && fresh.thread !== session.thread) restart();
  session = fresh;
  store.set("session", session);
}

// --- reading --------------------------------------------------------------------------------------------------------

let reading = null;
let readAgain = false;
/** One reader at a time; a ring that comes meanwhile makes it read once more. */
function catchUp() {
  readAgain = true;
  reading ??= (async () => {
    try {
      while (readAgain) {
        readAgain = false;
        await readOnce();
      }
    } finally {
      reading = null;
    }
  })();
  return reading;
}
async function readOnce() {
  const page = await ask(`/channels/web/messages?after=${seen}`, { headers: headers() });
  if (page.conversation !== conversation) {
    const isAnother = conversation !== "";
    restart();
    conversation = page.conversation;
    if (isAnother) {
      readAgain = true; // its numbers begin anew
      return;
    }
  }
  const wasAtEnd = atEnd();
  for (const line of page.messages) if (line.seq > seen) {
    show(line);
    seen = line.seq;
  }
  showController(page.controller);
  showOptions();
  if (page.messages.length) wasAtEnd ? toEnd() : (pill.hidden = false);
  if (page.more) readAgain = true;
}
function restart() {
  seen = 0;
  conversation = "";
  for (const line of log.querySelectorAll(".line[data-seq]")) line.remove();
  for (const [id, element] of shown) if (element.dataset.seq) shown.delete(id);
}

// --- showing --------------------------------------------------------------------------------------------------------

const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;
function toEnd() {
  log.scrollTop = log.scrollHeight;
  pill.hidden = true;
}
log.addEventListener("scroll", () => { if (atEnd()) pill.hidden = true; });
pill.textContent = words.news;
pill.addEventListener("click", toEnd);

function show(line) {
  for (const button of line.buttons) titles.set(button.payload, button.title);
  const ours = line.client_id && shown.get(line.client_id);
  if (line.client_id) drop(line.client_id);
  const made = bubble(line.author, line.author === "citizen" ? titles.get(line.text) ?? line.text : line.text);
  made.dataset.seq = line.seq;
  made.title = new Date(line.created_at).toLocaleString(root.dataset.locale === "en" ? "en-GB" : "vi-VN");
  if (line.author_name) made.querySelector(".by").textContent = line.author_name;
  for (const address of line.image_urls) made.querySelector(".bubble").append(picture(address));
  if (line.author === "citizen") made.append(element("span", "state", words.sent));
  made.buttons = line.buttons;
  if (ours) { ours.remove(); shown.set(line.client_id, made); }
  log.insertBefore(made, log.querySelector(".line.waiting"));
}
/** Photos need the visitor's token, which an <img> cannot send. */
function picture(address) {
  const image = element("img");
  image.alt = words.photo;
  fetch(address, { headers: headers() })
    .then((answer) => (answer.ok ? answer.blob() : Promise.reject(new Error("photo"))))
    .then((blob) => {
      image.onload = () => { URL.revokeObjectURL(image.src); if (atEnd()) toEnd(); };
      image.src = URL.createObjectURL(blob);
    })
    .catch(() => { image.replaceWith(element("em", "", words.photo)); });
  return image;
}
function showController(controller) {
  if (who.dataset.controller === controller && who.dataset.shown) return;
  who.dataset.controller = controller;
  who.dataset.shown = "yes";
  who.querySelector("[data-who]").textContent = words[controller];
  who.querySelector("[data-glyph]").textContent = GLYPHS[controller];
}
/** Choices belong to the newest line only: old ones would answer a question nobody asks any more. */
function showOptions() {
  for (const old of log.querySelectorAll(".options")) old.remove();
  const last = [...log.querySelectorAll(".line[data-seq]")].at(-1);
  if (!last?.buttons?.length || last.classList.contains("mine") || log.querySelector(".line.waiting")) return;
  const options = element("div", "options");
  for (const { title, payload } of last.buttons) {
    const button = element("button", "button quiet", title);
    button.type = "button";
    button.addEventListener("click", () => say(payload, []));
    options.append(button);
  }
  last.append(options);
}
function showWaiting(item) {
  let line = shown.get(item.id);
  if (!line) {
    line = bubble("citizen", titles.get(item.text) ?? item.text);
    line.classList.add("waiting");
    if (item.preview) {
      const image = element("img");
      image.src = item.preview;
      image.alt = words.photo;
      line.querySelector(".bubble").append(image);
    } else if (item.media.length) line.querySelector(".bubble").append(element("em", "", words.photo));
    line.append(element("span", "state"));
    shown.set(item.id, line);
    log.append(line);
  }
  const state = line.querySelector(".state");
  state.replaceChildren();
  if (item.state === "failed") {
    const again = element("button", "", item.why ? `${item.why} (${words.failed})` : words.failed);
    again.type = "button";
    again.addEventListener("click", () => retry(item));
    state.append(again);
  } else state.textContent = words[item.state];
}

// --- writing --------------------------------------------------------------------------------------------------------

function say(text, media, preview = "") {
  const item = { id: newId(), text, media, state: "sending", tries: 0, at: Date.now() };
  outbox.push(item);
  save(item);
  for (const options of log.querySelectorAll(".options")) options.remove();
  showWaiting({ ...item, preview });
  toEnd();
  send();
}
function drop(id) {
  outbox = outbox.filter((item) => item.id !== id);
  store.remove(`outbox.${id}`);
}
function retry(item) {
  Object.assign(item, { state: "sending", tries: 0, why: "" });
  save(item);
  showWaiting(item);
  send();
}

let sending = false;
/** In order, one at a time. A message stays in the outbox until it is seen among the server's. */
async function send() {
  if (sending) return;
  sending = true;
  try {
    for (let item; (item = outbox.find(({ state }) => state === "sending")); ) {
      try {
        await post(item);
        item.state = "sent";
      } catch (error) {
        if (error instanceof Refused && error.status === 401) {
          session = null;
          await open();
          listen();
          continue;
        }
        const final = error instanceof Refused && error.status < 500 && error.status !== 429;
        item.tries += 1;
        if (final || item.tries >= TRIES_BEFORE_FAILED) Object.assign(item, { state: "failed", why: final ? error.message : "" });
        else {
          showWaiting(item);
          await new Promise((done) => setTimeout(done, Math.max(error.waitMs ?? 0, 1000 * 2 ** item.tries)));
        }
      }
      save(item);
      if (outbox.includes(item)) showWaiting(item);
      if (item.state === "sent") catchUp().catch(() => {});
    }
  } catch {
    wentOffline();
  } finally {
    sending = false;
  }
}
const post = (item) => ask("/channels/web/messages", {
  method: "POST",
  headers: { ...headers(), "Content-Type": "application/json" },
  body: JSON.stringify({ client_id: item.id, text: item.text, media_ids: item.media }),
});

let photo = null; // { file, preview }
photoInput.addEventListener("change", () => {
  const [file] = photoInput.files;
  photoInput.value = "";
  if (file) attach({ file, preview: URL.createObjectURL(file) });
});
function attach(next) {
  photo = next;
  attached.hidden = !photo;
  attached.replaceChildren();
  if (!photo) return;
  const image = element("img");
  image.src = photo.preview;
  image.alt = words.photo;
  const remove = element("button", "button plain", words.remove_photo);
  remove.type = "button";
  remove.addEventListener("click", () => attach(null));
  attached.append(image, remove);
  field.focus();
}
async function upload(file) {
  const form = new FormData();
  form.append("photo", file);
  const csrf = root.dataset.csrf ? { "X-CSRF-Token": root.dataset.csrf } : {};
  return (await ask("/media/upload", { method: "POST", body: form, headers: csrf })).media_id;
}
composer.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (composer.dataset.busy || (!text && !photo)) return;
  const taken = photo;
  let media = [];
  if (taken) {
    composer.dataset.busy = "yes";
    try {
      media = [await upload(taken.file)];
    } catch {
      attached.append(element("p", "wrong-words", words.photo_failed));
      return;
    } finally {
      delete composer.dataset.busy;
    }
  }
  field.value = "";
  store.set("draft", "");
  attach(null);
  say(text, media, taken?.preview ?? "");
  field.focus();
});
field.addEventListener("keydown", (event) => {
  // Enter that only ends a word in a Vietnamese input method sends nothing.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  composer.requestSubmit();
});
field.addEventListener("input", () => store.set("draft", field.value));
root.querySelector("[data-person]").addEventListener("click", () => say(words.person_words, []));

// --- staying connected ----------------------------------------------------------------------------------------------

let source = null;
let waitMs = 1000;
let timer = 0;
function wentOffline() {
  if (offline.hidden) {
    const at = new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
    offline.textContent = words.offline.replace("{at}", at);
    offline.hidden = false;
  }
  clearTimeout(timer);
  timer = setTimeout(connect, waitMs + Math.random() * 1000);
  waitMs = Math.min(waitMs * 2, AGAIN_MOST_MS);
}
function cameOnline() {
  waitMs = 1000;
  offline.hidden = true;
}
function listen() {
  source?.close();
  const mine = new EventSource(`/live?scope=web:${session.thread}&visitor=${encodeURIComponent(session.token)}`);
  source = mine;
  const heard = () => catchUp().catch(wentOffline);
  mine.onopen = () => { cameOnline(); heard(); };
  for (const name of ["message", "controller", "resync"]) mine.addEventListener(name, heard);
  mine.onerror = () => {
    mine.close();
    if (source === mine) wentOffline();
  };
}
async function connect() {
  clearTimeout(timer);
  try {
    await open();
    await catchUp();
    cameOnline();
    listen();
    send();
  } catch (error) {
    if (error instanceof Refused && error.status === 401) { session = null; store.set("session", null); }
    wentOffline();
  }
}
addEventListener("online", connect);
addEventListener("offline", wentOffline);
document.addEventListener("visibilitychange", () => { if (!document.hidden && !offline.hidden) connect(); });
addEventListener("pagehide", () => source?.close());
addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
setInterval(() => { if (!document.hidden && session) catchUp().catch(() => {}); }, LOOK_EVERY_MS);

// A message that was on its way when the page went is sent again: the server knows its client_id.
for (const item of outbox) if (item.state === "sent") item.state = "sending";
outbox.forEach(showWaiting);
field.value = store.get("draft") ?? "";
connect();
