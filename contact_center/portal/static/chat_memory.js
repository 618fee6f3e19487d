// What the chat remembers in this browser.

// In a frame of another site the browser may refuse to remember: then the chat lives as long as the page.
const memory = {};
export const store = {
  get(key) {
    try { return JSON.parse(localStorage.getItem(`chat.${key}`)); } catch { return memory[key] ?? null; }
  },
  set(key, value) {
    memory[key] = value;
    try { localStorage.setItem(`chat.${key}`, JSON.stringify(value)); } catch { /* kept in memory */ }
  },
  remove(key) {
    delete memory[key];
    try { localStorage.removeItem(`chat.${key}`); } catch { /* was only in memory */ }
  },
  keys() {
    try { return Object.keys(localStorage).filter((key) => key.startsWith("chat.")).map((key) => key.slice(5)); } catch { return []; }
  },
};
