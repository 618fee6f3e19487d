// The article's form: Ctrl+S keeps the draft, and leaving with words nobody kept asks first.
const form = document.getElementById("article-form");
let unsaved = false;

form.addEventListener("input", () => (unsaved = true));
form.addEventListener("submit", () => (unsaved = false));
addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button[value=keep]"));
});
