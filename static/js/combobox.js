// A field with options: arrows choose, Enter takes.

export function combobox(field, list) {
  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");

  function choose(option) {
    for (const each of options()) each.ariaSelected = String(each === option);
    field.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView({ block: "nearest" });
  }

  field.addEventListener("keydown", (event) => {
    // Enter also ends the choice of a Chinese word.
    if (event.isComposing || list.hidden) return;
    const every = options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && every.length) choose(every.at((every.indexOf(chosen()) + step + every.length) % every.length));
    else if (event.key === "Enter" && chosen()) chosen().click();
    else return;
    event.preventDefault();
  });
  field.addEventListener("htmx:after:swap", () => choose(options()[0]));
}
