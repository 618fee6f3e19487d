// One connection a page. A ring only says "look again": each live piece then asks for what it shows.
//
// A live piece:  <ul data-src="/desk/queue" data-live="desk" [data-follow]> with children that have data-key.
// Children are matched by key, so order and focus hold: while the pointer or the focus is in the piece nothing moves,
// new rows come at the end, and rows that are gone turn grey. data-follow keeps a list scrolled to its end.
import { fill, notify, words } from "./page.js";

// Every event name a stream carries, besides "message".
const EVENTS = [
  "waiting", "taken", "released", "closed", "controller", "callback", "presence", "receipt", "unknown", "ticket", "stored",
  "resync",
];
const COALESCE_MS = 120;
const ASK_ANYWAY_MS = 30000;
const RETRY_FROM_MS = 1000;
const RETRY_TO_MS = 20000;
const HAND_RESTS_MS = 15000;

let source = null;
let retryMs = RETRY_FROM_MS;
let offlineSince = null;
const pending = new Map();

export function startLive() {
  const scopes = (document.body.dataset.liveScopes || "").trim().split(/\s+/).filter(Boolean);
  for (const piece of document.querySelectorAll("[data-src]")) watchHand(piece);
  if (!scopes.length) return;
  connect(scopes);
  setInterval(() => {
    if (!source || source.readyState !== EventSource.OPEN) refreshAll();
  }, ASK_ANYWAY_MS);
}

function address(scopes) {
  const query = new URLSearchParams(document.body.dataset.liveQuery || "");
  for (const scope of scopes) query.append("scope", scope);
  return `/live?${query}`;
}

function connect(scopes) {
  source = new EventSource(address(scopes));
  source.onopen = () => {
    retryMs = RETRY_FROM_MS;
    // What happened between drawing the page and listening, or while nobody listened.
    refreshAll();
    setOffline(false);
  };
  source.onerror = () => {
    setOffline(true);
    if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself, with its last id
    setTimeout(() => connect(scopes), retryMs);
    retryMs = Math.min(retryMs * 2, RETRY_TO_MS);
  };
  source.onmessage = hear;
  for (const name of EVENTS) source.addEventListener(name, hear);
}

function hear(event) {
  let ring = { scope: "", event: event.type, data: {} };
  try {
    ring = JSON.parse(event.data);
  } catch {
    // A frame without JSON still says "look again".
  }
  document.dispatchEvent(new CustomEvent("live", { detail: ring }));
  for (const piece of document.querySelectorAll("[data-src]")) {
    const wanted = (piece.dataset.live || "").split(/\s+/);
    if (event.type === "resync" || wanted.includes(ring.scope)) refresh(piece);
  }
}

function setOffline(offline) {
  const bar = document.getElementById("offline");
  if (!offline) {
    clearTimeout(setOffline.timer);
    offlineSince = null;
    bar.hidden = true;
    return;
  }
  if (offlineSince) return;
  offlineSince = new Date();
  // Short breaks mend themselves unseen.
  setOffline.timer = setTimeout(() => {
    const time = offlineSince?.toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
    bar.textContent = fill(words.offline, { time });
    bar.hidden = false;
  }, 4000);
}

export function refreshAll() {
  for (const piece of document.querySelectorAll("[data-src]")) refresh(piece);
}

export function refresh(piece) {
  if (pending.has(piece)) return;
  pending.set(piece, setTimeout(() => load(piece), COALESCE_MS));
}

async function load(piece) {
  pending.delete(piece);
  try {
    const answer = await fetch(piece.dataset.src, { headers: { "HX-Request": "true", "HX-Current-URL": location.href } });
    if (answer.status === 401) {
      const next = encodeURIComponent(location.pathname + location.search);
      notify(words.signedOut, { href: `/sign-in?next=${next}`, label: words.signIn });
      return;
    }
    if (answer.ok) merge(piece, await answer.text());
  } catch {
    setOffline(true);
  }
}

// --- merging by key ------------------------------------------------------------------------------------------------

function merge(piece, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const fresh = [...template.content.children];
  const known = new Map([...piece.children].map((child) => [child.dataset.key, child]));
  const held = isHeld(piece);
  const atEnd = piece.scrollHeight - piece.scrollTop - piece.clientHeight < 60;
  const added = [];
  const now = fresh.map((next) => {
    const old = known.get(next.dataset.key);
    if (!old) {
      next.shown = signature(next.outerHTML);
      if (piece.dataset.ready !== undefined) next.dataset.fresh = "";
      added.push(next);
      return next;
    }
    known.delete(next.dataset.key);
    return update(old, next);
  });
  settle(piece, now, known, held);
  piece.dataset.ready = "";
  window.htmx?.process(piece);
  if (piece.dataset.follow !== undefined && added.length) follow(piece, atEnd, added.length);
  piece.dispatchEvent(new CustomEvent("merged", { bubbles: true, detail: { added: added.length } }));
}

// The same but for ticking times: nothing to do.
function signature(html) {
  return html.replace(/(<time[^>]*>)[^<]*/g, "$1");
}

// Something was written, chosen or opened in it: it stays as it is until that is sent or left.
function isInUse(element) {
  const active = document.activeElement;
  if (element.contains(active) && active.matches("input,textarea,select")) return true;
  if (element.querySelector("dialog[open]")) return true;
  return [...element.querySelectorAll("input,textarea,select")].some((field) => {
    if (field.type === "hidden") return false;
    if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
    if (field.type === "file") return field.files.length > 0;
    if (field.matches("select")) return [...field.options].some((one) => one.selected !== one.defaultSelected);
    return field.value !== field.defaultValue;
  });
}

function update(old, next) {
  const html = signature(next.outerHTML);
  if (old.shown === html) return old;
  if (isInUse(old)) return old;
  const open = new Set([...old.querySelectorAll("details[open]")].map((one) => one.dataset.key));
  const focusId = old.contains(document.activeElement) ? document.activeElement.id : "";
  for (const name of old.getAttributeNames()) if (!next.hasAttribute(name)) old.removeAttribute(name);
  for (const name of next.getAttributeNames()) old.setAttribute(name, next.getAttribute(name));
  old.replaceChildren(...next.childNodes);
  old.shown = html;
  for (const one of old.querySelectorAll("details[data-key]")) if (open.has(one.dataset.key)) one.open = true;
  if (focusId) document.getElementById(focusId)?.focus({ preventScroll: true });
  return old;
}

function settle(piece, now, gone, held) {
  if (held) {
    for (const child of now) if (!child.isConnected) piece.append(child);
    for (const child of gone.values()) child.dataset.gone = "";
    return;
  }
  for (const child of gone.values()) {
    if (isInUse(child)) child.dataset.gone = "";
    else child.remove();
  }
  now.forEach((child, place) => {
    if (piece.children[place] !== child) piece.insertBefore(child, piece.children[place] ?? null);
  });
}

function watchHand(piece) {
  let thaw = 0;
  const hold = () => {
    piece.dataset.handAt = String(Date.now());
    clearTimeout(thaw);
    thaw = setTimeout(() => catchUp(piece), HAND_RESTS_MS + 50);
  };
  for (const name of ["pointermove", "pointerdown", "focusin", "keydown"]) piece.addEventListener(name, hold);
  piece.addEventListener("pointerleave", () => {
    piece.dataset.handAt = "0";
    catchUp(piece);
  });
  if (piece.dataset.follow !== undefined) piece.scrollTop = piece.scrollHeight;
  for (const child of piece.children) child.shown = signature(child.outerHTML);
  piece.dataset.ready = "";
}

function catchUp(piece) {
  if (piece.querySelector("[data-gone],[data-fresh]")) refresh(piece);
}

function isHeld(piece) {
  if (piece.dataset.follow !== undefined) return false;
  return Date.now() - Number(piece.dataset.handAt || 0) < HAND_RESTS_MS;
}

function follow(piece, atEnd, count) {
  if (atEnd) {
    piece.scrollTop = piece.scrollHeight;
    return;
  }
  const host = piece.parentElement;
  let pill = host.querySelector(":scope > .pill");
  if (!pill) {
    pill = document.createElement("button");
    pill.type = "button";
    pill.className = "pill";
    pill.dataset.count = "0";
    pill.addEventListener("click", () => {
      piece.scrollTop = piece.scrollHeight;
      pill.remove();
    });
    host.insertBefore(pill, piece.nextSibling);
  }
  pill.dataset.count = String(Number(pill.dataset.count) + count);
  pill.textContent = fill(words.new, { count: pill.dataset.count });
}

// After an action htmx carried out, the pieces it touches look again at once.
document.addEventListener("htmx:after:request", () => refreshAll());
