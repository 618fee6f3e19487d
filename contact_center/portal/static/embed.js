// For another site of the province: <script src="https://.../static/portal/embed.js" async></script> shows a button that
// opens the chat in a frame. The chat itself stays on our own origin; the other site sees nothing of it.

const here = new URL(document.currentScript.src).origin;
const english = document.documentElement.lang.startsWith("en");
const words = english ? { open: "Chat with 1022", close: "Close" } : { open: "Chat với 1022", close: "Đóng" };

const style = (element, rules) => Object.assign(element.style, rules);
const button = document.createElement("button");
button.type = "button";
button.textContent = words.open;
button.setAttribute("aria-expanded", "false");
style(button, {
  position: "fixed", right: "16px", bottom: "16px", zIndex: "2147483000", minHeight: "48px", padding: "0 20px", border: "0",
  borderRadius: "24px", background: "#0b62c4", color: "#fff", font: "600 16px/1.4 system-ui, sans-serif", cursor: "pointer",
});

let frame = null;
function toggle() {
  if (!frame) {
    frame = document.createElement("iframe");
    frame.src = `${here}/chat?khung=1&lang=${english ? "en" : "vi"}`;
    frame.title = words.open;
    style(frame, {
      position: "fixed", right: "16px", bottom: "80px", zIndex: "2147483000", width: "min(400px, calc(100vw - 32px))",
      height: "min(620px, calc(100dvh - 112px))", border: "1px solid #748194", borderRadius: "12px", background: "#fff",
    });
    document.body.append(frame);
  } else frame.hidden = !frame.hidden;
  const open = !frame.hidden;
  button.textContent = open ? words.close : words.open;
  button.setAttribute("aria-expanded", String(open));
  if (open) frame.focus();
}
button.addEventListener("click", toggle);
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && frame && !frame.hidden) {
    toggle();
    button.focus();
  }
});
document.body ? document.body.append(button) : addEventListener("DOMContentLoaded", () => document.body.append(button));
