// Asks before what was typed is lost.

const typed = new Set(document.querySelectorAll("form[data-guard=typed]"));

document.addEventListener("input", ({ target }) => {
  if (target.form?.matches("[data-guard]")) typed.add(target.form);
});
document.addEventListener("submit", ({ target }) => typed.delete(target));
addEventListener("beforeunload", (event) => {
  if ([...typed].some((form) => form.isConnected)) event.preventDefault();
});
