// The workbench: every press is a signed request to the real endpoints, made by the server; what comes back is what our
// own senders sent to the provider stand-in.

const words = JSON.parse(document.getElementById("simulator-words").textContent);
const trouble = document.querySelector("[data-trouble]");
const switches = document.querySelector("[data-switches]");
const csrf = JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}")["X-CSRF-Token"] ?? "";
const LATE_S = 5;
const LOOK_EVERY_MS = 900;

const fill = (sentence, blanks) => sentence.replace(/\{(\w+)\}/g, (_, name) => blanks[name] ?? "");
const made = (tag, className, text) => {
  const one = document.createElement(tag);
  if (className) one.className = className;
  if (text) one.textContent = text;
  return one;
};
/** Addresses can be tapped, as on a real phone. */
const withLinks = (bubble, text) => {
  for (const part of text.split(/(https?:\/\/\S+)/)) {
    if (!/^https?:/.test(part)) { bubble.append(part); continue; }
    const link = bubble.appendChild(made("a", "", part));
    link.href = part;
    link.target = "_blank";
    link.rel = "noopener";
  }
  return bubble;
};
const how = () => ({
  late_s: switches.late.checked ? LATE_S : 0,
  twice: switches.twice.checked,
  forged: switches.forged.checked,
});

async function ask(address, options = {}) {
  try {
    const answer = await fetch(address, options);
    if (answer.status === 422) throw new Error(words.wrong);
    if (!answer.ok) throw new Error(words.away);
    trouble.hidden = true;
    return await answer.json();
  } catch (error) {
    trouble.textContent = error instanceof TypeError ? words.away : error.message;
    trouble.hidden = false;
    throw error;
  }
}
const post = (address, body) => ask(address, {
  method: "POST",
  headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
  body: JSON.stringify({ ...body, how: how() }),
});

// --- the provider's manners -----------------------------------------------------------------------------------------

for (const name of ["fate", "receipts"]) {
  switches[name].addEventListener("change", () => ask("/simulator/behaviour", {
    method: "PUT",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
    body: JSON.stringify({ fate: switches.fate.value, receipts: switches.receipts.value }),
  }).catch(() => {}));
}
ask("/simulator/behaviour").then((now) => {
  switches.fate.value = now.fate;
  switches.receipts.value = now.receipts;
}).catch(() => {});

// --- SMS and Zalo ---------------------------------------------------------------------------------------------------

const statusText = (statuses) => {
  const text = statuses.join(", ");
  return statuses[0] < 300 ? fill(words.delivered, { status: text }) : fill(words.refused, { status: text });
};
const e164 = (raw) => raw.replace(/[^\d+]/g, "").replace(/^0/, "+84").replace(/^84/, "+84");

class TextDevice {
  constructor(root, provider) {
    this.root = root;
    this.provider = provider;
    this.thread = root.querySelector("[data-thread]");
    this.peer = root.querySelector("input[name=peer]");
    this.field = root.querySelector("textarea");
    this.photo = root.querySelector("[data-photo]");
    this.empty = this.thread.querySelector(".nothing");
    root.querySelector("[data-send]").addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.field.value.trim();
      if (!text) return;
      this.field.value = "";
      this.send(text);
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      root.querySelector("[data-send]").requestSubmit();
    });
    this.photo?.addEventListener("change", () => this.sendPhoto());
    this.peer.addEventListener("change", () => {
      this.thread.replaceChildren();
      for (const entry of wire) this.hear(entry);
    });
  }
  get address() { return this.provider === "twilio" ? e164(this.peer.value) : this.peer.value.trim(); }
  put(bubble) {
    this.empty.remove();
    this.thread.append(bubble);
    this.thread.scrollTop = this.thread.scrollHeight;
    return bubble;
  }
  async send(payload, title = payload) {
    const bubble = this.put(made("p", "bubble me", title));
    const note = bubble.appendChild(made("small", "", "…"));
    const body = this.provider === "twilio" ? { phone: this.peer.value, text: payload } : { user: this.peer.value.trim(), text: payload };
    try {
      note.textContent = statusText((await post(this.provider === "twilio" ? "/simulator/sms" : "/simulator/zalo", body)).statuses);
    } catch (error) { note.textContent = error.message; }
  }
  async sendPhoto() {
    const [file] = this.photo.files;
    this.photo.value = "";
    if (!file) return;
    const bubble = this.put(made("p", "bubble me"));
    const image = bubble.appendChild(made("img"));
    image.src = URL.createObjectURL(file);
    image.alt = file.name;
    const note = bubble.appendChild(made("small", "", "…"));
    const form = new FormData();
    form.append("photo", file);
    form.append("user", this.peer.value.trim());
    for (const [name, value] of Object.entries(how())) form.append(name, value);
    try {
      note.textContent = statusText((await ask("/simulator/zalo/photo", { method: "POST", body: form, headers: { "X-CSRF-Token": csrf } })).statuses);
    } catch (error) { note.textContent = error.message; }
  }
  /** A message of ours arrives on the citizen's screen, once for each time the provider took it. */
  hear(entry) {
    if (entry.provider !== this.provider || entry.to !== this.address || !entry.provider_id) return;
    const bubble = this.put(withLinks(made("div", "bubble"), entry.text));
    const offers = entry.extra?.attachment?.payload?.buttons ?? [];
    if (!offers.length) return;
    const list = bubble.appendChild(made("div", "offers"));
    for (const { title, payload } of offers) {
      const button = list.appendChild(made("button", "", title));
      button.type = "button";
      button.addEventListener("click", () => this.send(typeof payload === "string" ? payload : title, title));
    }
    this.thread.scrollTop = this.thread.scrollHeight;
  }
}
const devices = [
  new TextDevice(document.querySelector("[data-text=sms]"), "twilio"),
  new TextDevice(document.querySelector("[data-text=zalo]"), "zalo"),
];

// --- the wire -------------------------------------------------------------------------------------------------------

const wire = [];
const lines = document.querySelector("[data-wire]");
let last = 0;
async function look() {
  try {
    const log = await (await fetch(`/simulator/log?after=${last}`)).json();
    if (log.last < last) last = 0; // the stand-in began anew
    for (const entry of log.entries ?? []) {
      last = entry.seq;
      wire.push(entry);
      note(entry);
      for (const device of devices) device.hear(entry);
    }
  } catch { /* asked again in a moment; a press says what is wrong */ }
  setTimeout(look, LOOK_EVERY_MS);
}
function note(entry) {
  lines.querySelector(".nothing")?.remove();
  const line = made("li", entry.outcome === "accepted" ? "" : "bad");
  const at = made("time", "", new Date(entry.at).toLocaleTimeString("vi-VN"));
  const taken = entry.taken > 1 ? ` ×${entry.taken}` : "";
  line.append(at, " ", made("b", "", `${entry.provider} ${entry.outcome}${taken}${entry.code ? ` ${entry.code}` : ""}`), ` → ${entry.to} `, document.createElement("br"), entry.text, document.createElement("br"), made("i", "", entry.reference));
  lines.prepend(line);
}
look();

// --- the telephone --------------------------------------------------------------------------------------------------

const phone = document.querySelector("[data-phone]");
const part = (name) => phone.querySelector(`[data-${name}]`);
const speech = phone.querySelector("#speech");
const heard = part("heard");
const state = part("call-state");
let call = ""; // the call's id while it lasts
let now = null; // what the last answer allows
let timer = 0;
let busy = false;
let pressed = ""; // keys of an answer that is not complete yet
let keyed = null; // where they are shown

function setLive(live) {
  for (const control of phone.querySelectorAll(".say input, .say button, .keys button, [data-silent], [data-hang]")) control.disabled = !live;
  part("dial").disabled = live;
  phone.querySelector("input[name=caller]").disabled = live;
}
function write(text, mine = false) {
  const bubble = heard.appendChild(made("p", mine ? "bubble me" : "bubble", text));
  heard.scrollTop = heard.scrollHeight;
  return bubble;
}
function ended() {
  clearTimeout(timer);
  call = "";
  now = null;
  pressed = "";
  keyed = null;
  setLive(false);
  state.textContent = words.ended;
}
function take(answer) {
  if (answer.heard === null) {
    state.textContent = fill(words.refused, { status: answer.statuses.join(", ") });
    if (!now) ended();
    return;
  }
  now = answer.heard;
  for (const sentence of now.says) if (sentence) write(sentence);
  clearTimeout(timer);
  if (now.ended) ended();
  else if (now.dialled) {
    state.textContent = fill(words.dialled, { number: now.dialled });
  } else if (now.on_hold) {
    state.textContent = words.hold;
    timer = setTimeout(() => turn({}, now.silence_url), now.wait_s * 1000);
  } else state.textContent = words.listening;
}
async function turn(said, url = now?.answer_url) {
  if (!call || busy || !url) return;
  busy = true;
  pressed = "";
  keyed = null;
  clearTimeout(timer);
  const id = call;
  try {
    const answer = await post("/simulator/call/turn", { phone: phone.querySelector("input[name=caller]").value, call: id, url, ...said });
    if (call === id) take(answer);
  } catch { if (call === id) state.textContent = words.away; } finally { busy = false; }
}
part("dial").addEventListener("click", async () => {
  heard.replaceChildren();
  state.textContent = words.calling;
  part("dial").disabled = true;
  try {
    const answer = await post("/simulator/call", { phone: phone.querySelector("input[name=caller]").value });
    call = answer.call;
    setLive(true);
    take(answer);
    speech.focus();
  } catch { ended(); state.textContent = words.idle; }
});
part("hang").addEventListener("click", async () => {
  const id = call;
  ended();
  await post("/simulator/call/end", { phone: phone.querySelector("input[name=caller]").value, call: id }).catch(() => {});
});
part("silent").addEventListener("click", () => {
  write(words.silence, true);
  turn({}, now?.silence_url);
});
part("say").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = speech.value.trim();
  if (!text || busy) return;
  speech.value = "";
  write(text, true);
  turn({ speech: text });
});
// As a telephone exchange does: an answer is complete after as many keys as were asked for, at #, or after a pause.
function press(key) {
  if (busy || !now) return;
  const complete = key === "#" && pressed;
  if (!complete) pressed += key;
  keyed ??= write("", true);
  keyed.textContent = fill(words.key, { key: [...pressed].join(" ") });
  clearTimeout(timer);
  if (complete || pressed.length === now.keys) turn({ digits: pressed });
  else timer = setTimeout(() => turn({ digits: pressed }), now.wait_s * 1000);
}
for (const button of phone.querySelectorAll("[data-key]")) button.addEventListener("click", () => press(button.dataset.key));
addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select");
  if (!typing && call && !event.ctrlKey && !event.altKey && !event.metaKey && /^[0-9*#]$/.test(event.key)) press(event.key);
});
