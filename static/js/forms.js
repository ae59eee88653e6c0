// Asks the server about a field once it was changed. Only the mistakes around it are replaced: what was typed stays.

import "./drafts.js";
import "./guard.js";

async function check(input) {
  const box = input.closest(".field");
  if (!box || !input.name || !input.form?.matches("[data-check]")) return;
  const body = new FormData(input.form);
  body.set("_check", input.name);
  const answer = await fetch(input.form.getAttribute("action") || location.href, { method: "POST", body });
  if (!answer.ok) return;
  const fresh = document.createRange().createContextualFragment(await answer.text()).querySelector(".field");
  const same = fresh?.querySelector(`[name="${CSS.escape(input.name)}"]`);
  if (!same) return;
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (same.hasAttribute(name)) input.setAttribute(name, same.getAttribute(name));
    else input.removeAttribute(name);
  }
  box.toggleAttribute("data-invalid", fresh.hasAttribute("data-invalid"));
  box.querySelector(".field-errors").replaceChildren(...fresh.querySelector(".field-errors").childNodes);
}

document.addEventListener("change", (event) => check(event.target));
