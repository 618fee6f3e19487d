// The report form and the ticket's forms: photos shrunk before they leave, no second press, focus on what is wrong.
// Everything works without this file.

const LONGEST_SIDE = 2048;
const SMALL_ENOUGH = 700_000;

async function shrunk(file) {
  if (file.size < SMALL_ENOUGH || !file.type.startsWith("image/") || file.type === "image/gif") return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const smaller = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return smaller && smaller.size < file.size ? new File([smaller], file.name, { type: "image/jpeg" }) : file;
  } catch {
    return file; // a kind this browser cannot open: the server decides
  }
}

for (const input of document.querySelectorAll("input[data-shrink]")) {
  const show = async () => {
    const files = [...input.files];
    const label = input.closest(".file").querySelector("[data-file-label]");
    input.closest(".file").classList.toggle("chosen", files.length > 0);
    if (files.length) label.textContent = files.map((file) => file.name).join(", ");
    const kept = new DataTransfer();
    for (const file of await Promise.all(files.map(shrunk))) kept.items.add(file);
    if (input.files.length === files.length) input.files = kept.files;
  };
  input.addEventListener("change", show);
  if (input.files.length) show(); // chosen before this script was there
}

for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sending) event.preventDefault();
    form.dataset.sending = "yes";
    form.setAttribute("aria-busy", "true");
  });
}
// Coming back with the browser's own button shows the page as it was left: it may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) {
    delete form.dataset.sending;
    form.removeAttribute("aria-busy");
  }
});

document.querySelector("[data-focus]")?.focus();

const copy = document.querySelector("[data-copy]");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector("[data-copy-link]").href);
    copy.textContent = copy.dataset.copied;
  });
}
