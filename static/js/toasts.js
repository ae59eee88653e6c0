// Good news leaves by itself. What was refused or never answered says so, and is taken back.

const GOOD_NEWS_MS = 6000;
const words = document.body.dataset;
const make = (name, properties) => Object.assign(document.createElement(name), properties);

function furnish(toast) {
  if (toast.querySelector(".toast-close")) return;
  const close = make("button", { type: "button", className: "toast-close", textContent: "×", ariaLabel: words.dismissLabel });
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
  const list = document.getElementById("toasts");
  // What is typed asks again and again.
  if (list.lastElementChild?.textContent.startsWith(textContent)) list.lastElementChild.remove();
  list.append(toast);
  furnish(toast);
}

function takeBack({ target, detail: { ctx } }) {
  const row = target.closest?.("[data-pending]");
  row?.removeAttribute("data-pending");
  row?.back?.();
  if (target.matches?.(".status-form")) target.reset();
  // A form that comes back with mistakes (422) or another's change (412) says so itself.
  if ([412, 422].includes(ctx?.response?.status)) return;
  const answer = new DOMParser().parseFromString(ctx?.text, "text/html");
  show(answer.querySelector("[data-refusal]")?.textContent.trim() ?? words.lostLabel);
}

for (const name of ["response:error", "error"]) document.addEventListener(`htmx:${name}`, takeBack);
document.addEventListener("htmx:after:swap", furnishAll);
furnishAll();
