// Asks the server about each field that was changed.

import "./drafts.js";
import "./guard.js";

document.addEventListener("change", async ({ target: input }) => {
  const { form, name } = input;
  const box = input.closest(".field");
  if (!box || !name || !form?.matches("[data-check]")) return;
  const body = new FormData(form);
  body.set("_check", name);
  const answer = await fetch(form.getAttribute("action") ?? "", { method: "POST", body });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("body > .field");
  const same = fresh?.querySelector(`[name="${name}"]`);
  if (!same) return;
  input.ariaInvalid = same.ariaInvalid;
  input.setAttribute("aria-describedby", same.getAttribute("aria-describedby") ?? "");
  box.toggleAttribute("data-invalid", "invalid" in fresh.dataset);
  box.querySelector(".field-errors").replaceWith(fresh.querySelector(".field-errors"));
});
