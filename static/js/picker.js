// Each .picker stands for the select after it, which keeps the answer.

import { combobox } from "./combobox.js";

function furnish(box) {
  const [field, list] = box.children;
  const select = box.nextElementSibling;
  const isPerson = () => select.value > 0;
  const show = () => {
    field.placeholder = select.selectedOptions[0]?.text ?? "";
    field.value = isPerson() ? field.placeholder : "";
  };
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
  field.addEventListener("blur", () => take(field.value || !isPerson() ? select.value : ""));
  field.addEventListener("change", (event) => event.stopPropagation());
  field.addEventListener("keydown", ({ key }) => key === "Escape" && open(false));
  field.addEventListener("htmx:after:swap", () => {
    // What the select offers besides people, such as everybody or nobody.
    for (const { value, text } of field.value ? [] : select.options) {
      if (value > 0) continue;
      const option = list.firstElementChild.cloneNode();
      Object.assign(option, { value, id: `picked-${value}`, textContent: text, ariaSelected: "false" });
      list.append(option);
    }
    open(document.activeElement === field);
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", ({ target }) => take(target.closest("[role=option]").value));
}

const furnishNew = () => document.querySelectorAll(".picker[hidden]").forEach(furnish);

furnishNew();
document.addEventListener("htmx:after:swap", furnishNew);
