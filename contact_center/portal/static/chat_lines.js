// How one line of the chat looks.

export const words = JSON.parse(document.getElementById("chat-words").textContent);

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}
export function bubble(author, text) {
  const line = element("div", `line ${author === "citizen" ? "mine" : author}`);
  line.append(element("span", "by", author === "citizen" ? words.me : words[author] ?? ""));
  const body = element("div", "bubble");
  if (text) body.append(linked(text));
  line.append(body);
  return line;
}
/** Our own links can be followed; everything stays text. */
function linked(text) {
  const whole = document.createDocumentFragment();
  for (const [index, part] of text.split(/(https?:\/\/[^\s]+|\b(?:11[1-5]|1022)\b)/).entries()) {
    if (index % 2 === 0) whole.append(part);
    else {
      const link = element("a", "", part);
      link.href = part.startsWith("http") ? part.replace(/[.,;)]+$/, "") : `tel:${part}`;
      if (part.startsWith("http")) Object.assign(link, { target: "_blank", rel: "noopener" });
      whole.append(link);
    }
  }
  return whole;
}
