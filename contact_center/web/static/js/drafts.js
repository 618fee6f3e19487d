// What is being written survives a reload, a lost connection and an ended session. Kept in this browser only, until it
// is sent or its writer signs out.
const PREFIX = "draft:";

function storageKey(field) {
  return PREFIX + field.dataset.draft;
}

export function startDrafts() {
  for (const field of document.querySelectorAll("[data-draft]")) restore(field);
  document.addEventListener("input", (event) => {
    const field = event.target.closest?.("[data-draft]");
    if (!field) return;
    if (field.value) localStorage.setItem(storageKey(field), field.value);
    else localStorage.removeItem(storageKey(field));
    mark(field, Boolean(field.value));
  });
  document.addEventListener("htmx:after:request", (event) => {
    const status = event.detail?.ctx?.response?.raw?.status ?? 0;
    const form = event.target.closest?.("form");
    if (!form || status < 200 || status >= 300) return;
    for (const field of form.querySelectorAll("[data-draft]")) {
      localStorage.removeItem(storageKey(field));
      field.value = "";
      mark(field, false);
    }
    for (const once of form.querySelectorAll("[data-once]")) once.value = crypto.randomUUID();
  });
  // A plain form that was accepted leaves the page with ?done=<draft>.
  const done = new URLSearchParams(location.search).get("done");
  if (done) {
    localStorage.removeItem(PREFIX + done);
    for (const field of document.querySelectorAll(`[data-draft="${CSS.escape(done)}"]`)) field.value = "";
  }
}

function restore(field) {
  const kept = localStorage.getItem(storageKey(field));
  if (kept && !field.value) {
    field.value = kept;
    mark(field, true);
  }
}

function mark(field, kept) {
  const told = field.form?.querySelector("[data-draft-kept]");
  if (told) told.hidden = !kept;
}

export function forgetDrafts() {
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
}
