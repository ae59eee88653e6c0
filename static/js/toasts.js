// Toasts can be dismissed, good news leaves by itself, and a refused htmx request says why.

const GOOD_NEWS_MS = 6000;

function furnish(toast) {
  if (toast.querySelector(".toast-close")) return;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "toast-close";
  close.textContent = "×";
  close.setAttribute("aria-label", document.body.dataset.dismissLabel);
  close.addEventListener("click", () => toast.remove());
  toast.append(close);
  if (["good", "info"].includes(toast.dataset.tone)) setTimeout(() => toast.remove(), GOOD_NEWS_MS);
}

function furnishAll() {
  document.querySelectorAll("#toasts .toast").forEach(furnish);
}

function show(text, tone) {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.dataset.tone = tone;
  const words = document.createElement("p");
  words.textContent = text;
  toast.append(words);
  document.getElementById("toasts").append(toast);
  furnish(toast);
}

// A form that comes back with its mistakes (422) or with another's change (412) says so itself.
document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  if ([412, 422].includes(ctx.response.status)) return;
  const answer = new DOMParser().parseFromString(ctx.text, "text/html");
  const reason = answer.querySelector("[data-refusal]");
  show(reason ? reason.textContent.trim() : `${ctx.response.status}`, "bad");
});
document.addEventListener("htmx:after:swap", furnishAll);
furnishAll();
