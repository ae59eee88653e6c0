// People are found by typing: each .picker stands for the select after it, which keeps the answer.

import { combobox } from "./combobox.js";

function furnish(box) {
  const [field, list] = box.children;
  const select = box.nextElementSibling;
  const show = () => (field.value = select.selectedOptions[0]?.text ?? "");
  const open = (is) => {
    list.hidden = !is;
    field.ariaExpanded = is;
  };
  const take = (value) => {
    if (value !== select.value) {
      select.value = value;
      for (const name of ["input", "change"]) select.dispatchEvent(new Event(name, { bubbles: true }));
    }
    show();
    open(false);
  };
  list.ariaLabel = select.labels[0].textContent;
  field.id = select.id;
  show();
  select.addEventListener("change", show);
  select.id += "-kept";
  select.hidden = true;
  box.hidden = false;
  combobox(field, list);
  field.addEventListener("focus", () => field.select());
  field.addEventListener("blur", () => take(field.value && select.value));
  field.addEventListener("keydown", ({ key }) => key === "Escape" && open(false));
  field.addEventListener("htmx:after:swap", () => open(document.activeElement === field));
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", ({ target }) => take(target.closest("[role=option]").value));
}

document.querySelectorAll(".picker").forEach(furnish);
