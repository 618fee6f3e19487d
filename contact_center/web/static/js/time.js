// Deadlines and waits tick on the server's clock: the desk's own clock may be wrong.
import { fill, words } from "./page.js";

const SOON_MS = 8 * 3600 * 1000;
const MINUTE = 60 * 1000;
let ahead = 0;

export function serverNow() {
  return Date.now() - ahead;
}

export function howLong(ms) {
  const minutes = Math.floor(Math.abs(ms) / MINUTE);
  if (minutes >= 2 * 24 * 60) return fill(words.days, { n: Math.floor(minutes / (24 * 60)) });
  if (minutes >= 2 * 60) return fill(words.hours, { n: Math.floor(minutes / 60) });
  return fill(words.minutes, { n: Math.max(minutes, 1) });
}

function tick() {
  const now = serverNow();
  for (const due of document.querySelectorAll("time[data-due]")) {
    const left = Date.parse(due.dateTime) - now;
    due.textContent = fill(left < 0 ? words.late : words.left, { time: howLong(left) });
    due.classList.toggle("late", left < 0);
    due.classList.toggle("soon", left >= 0 && left < SOON_MS);
  }
  for (const since of document.querySelectorAll("time[data-since]")) {
    since.textContent = howLong(now - Date.parse(since.dateTime));
  }
}

export function startClocks() {
  const server = document.querySelector('meta[name="server-time"]');
  if (server) ahead = Date.now() - Date.parse(server.content);
  setInterval(tick, 15000);
}
