// Keeps what is typed, and offers it again after a crash.

let timer, typed;

function send(place, method, body) {
  const headers = { "X-CSRFToken": place.form.csrfmiddlewaretoken.value };
  fetch(place.dataset.url, { method, headers, body, keepalive: true });
}

function keep() {
  if (typed) send(typed, "POST", JSON.stringify(Object.fromEntries(new FormData(typed.form))));
  typed = null;
}

function restore(form, values) {
  for (const control of form) {
    const value = values[control.name];
    if (value === undefined) continue;
    if (control.matches("[type=checkbox], [type=radio]")) control.checked = control.value === value;
    else control.value = value;
    for (const name of ["input", "change"]) control.dispatchEvent(new Event(name, { bubbles: true }));
  }
}

for (const notice of document.querySelectorAll("[data-offer]")) {
  const place = notice.previousElementSibling;
  notice.hidden = false;
  notice.addEventListener("click", ({ target: { value } }) => {
    if (!value) return;
    notice.remove();
    if (value === "restore") restore(place.form, JSON.parse(notice.querySelector("script").text));
    else send(place, "DELETE");
  });
}
document.addEventListener("input", ({ target: { form } }) => {
  // Nothing is kept over a draft that waits for a decision.
  if (!form?._draft || form.querySelector("[data-offer]")) return;
  typed = form._draft;
  clearTimeout(timer);
  timer = setTimeout(keep, 1500);
});
document.addEventListener("submit", () => (typed = null));
for (const name of ["beforeunload", "pagehide"]) addEventListener(name, keep);
