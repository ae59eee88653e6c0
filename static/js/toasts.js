// Toasts can be dismissed, good news leaves by itself, and a refused htmx request says why.

const GOOD_NEWS_MS = 6000;
const make = (name, properties) => Object.assign(document.createElement(name), properties);

function furnish(toast) {
  if (toast.querySelector(".toast-close")) return;
  const ariaLabel = document.body.dataset.dismissLabel;
  const close = make("button", { type: "button", className: "toast-close", textContent: "×", ariaLabel });
  close.addEventListener("click", () => toast.remove());
  toast.append(close);
  if (["good", "info"].includes(toast.dataset.tone)) setTimeout(() => toast.remove(), GOOD_NEWS_MS);
}

function furnishAll() {
  document.querySelectorAll("#toasts .toast").forEach(furnish);
}

function show(textContent) {
  const toast = make("div", { className: "toast" });
  toast.dataset.tone = "bad";
  toast.append(make("p", { textContent }));
  document.getElementById("toasts").append(toast);
  furnish(toast);
}

// A form that comes back with its mistakes (422) or with another's change (412) says so itself.
document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  if ([412, 422].includes(ctx.response.status)) return;
  const answer = new DOMParser().parseFromString(ctx.text, "text/html");
  show(answer.querySelector("[data-refusal]")?.textContent.trim() ?? ctx.response.status);
});
document.addEventListener("htmx:after:swap", furnishAll);
furnishAll();
