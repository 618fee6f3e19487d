// What every module of a page uses: its words, its token, its place for notices.
export const words = JSON.parse(document.body.dataset.words || "{}");

export function fill(sentence, blanks) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => blanks[name] ?? "");
}

export function csrfToken() {
  return JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRF-Token"];
}

// A sentence in the page's place for notices; it stays until it is closed.
export function notify(sentence, { kind = "error", href = "", label = "" } = {}) {
  const banner = document.createElement("div");
  banner.className = `banner ${kind}`;
  banner.setAttribute("role", "alert");
  const text = document.createElement("p");
  text.textContent = sentence;
  banner.append(text);
  if (href) {
    const link = document.createElement("a");
    link.className = "button quiet";
    link.href = href;
    link.textContent = label;
    banner.append(link);
  }
  const dismiss = document.createElement("button");
  dismiss.type = "button";
  dismiss.className = "button plain";
  dismiss.dataset.dismiss = "";
  dismiss.textContent = words.dismiss;
  banner.append(dismiss);
  document.getElementById("notice").replaceChildren(banner);
}
