// Plain forms leave the page once, and only to a server that answers: what is typed stays where it is.

const PATIENCE_MS = 10_000;
const sure = new WeakSet();
const rest = (form) => form.removeAttribute("aria-busy");
const ask = () => fetch("/health/ready/", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || form.getAttribute("method") !== "post" || sure.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.ariaBusy) return;
  form.ariaBusy = true;
  const answer = await ask().catch(() => null);
  if (answer?.status < 500) {
    sure.add(form);
    form.requestSubmit(submitter);
    // Whoever stops the browser may send it again.
    setTimeout(rest, PATIENCE_MS, form);
  } else {
    rest(form);
    form.dispatchEvent(new CustomEvent("htmx:error", { bubbles: true, detail: {} }));
  }
});
// "Back" shows the page as it was left.
addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(rest));
