// Keeps what is being typed where a form has a place for its draft, and offers it again after a crash.

const PAUSE = 1500;
const waiting = new Map();

function send(place, method, body) {
  const headers = { "X-CSRFToken": place.form.elements.csrfmiddlewaretoken.value };
  return fetch(place.dataset.url, { method, headers, body, keepalive: true });
}

function keep(place) {
  clearTimeout(waiting.get(place));
  waiting.delete(place);
  const texts = [...new FormData(place.form)].filter(([, value]) => typeof value === "string");
  send(place, "POST", JSON.stringify(Object.fromEntries(texts)));
}

function restore(form, values) {
  for (const control of form.elements) {
    const value = values[control.name];
    if (value === undefined) continue;
    if (["checkbox", "radio"].includes(control.type)) control.checked = control.value === value;
    else control.value = value;
    for (const name of ["input", "change"]) control.dispatchEvent(new Event(name, { bubbles: true }));
  }
}

function offer(place, notice) {
  notice.hidden = false;
  notice.addEventListener("click", ({ target }) => {
    const wanted = target.closest("button")?.value;
    if (!wanted) return;
    notice.remove();
    if (wanted === "restore") restore(place.form, JSON.parse(notice.querySelector("script").textContent));
    else send(place, "DELETE");
  });
}

const offered = (form) => form.querySelector("[data-offer]");
for (const place of document.querySelectorAll("input[name=_draft]")) {
  if (offered(place.form)) offer(place, offered(place.form));
}
document.addEventListener("input", ({ target }) => {
  const place = target.form?.elements._draft;
  // Nothing is kept over a draft that waits for a decision.
  if (!place || offered(target.form)) return;
  clearTimeout(waiting.get(place));
  waiting.set(place, setTimeout(keep, PAUSE, place));
});
document.addEventListener("submit", ({ target }) => {
  clearTimeout(waiting.get(target.elements._draft));
  waiting.delete(target.elements._draft);
});
addEventListener("pagehide", () => [...waiting.keys()].forEach(keep));
