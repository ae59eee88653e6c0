// Menus close when one looks elsewhere, and tell that they opened, for those that fetch what they hold.

const opened = () => document.querySelectorAll("details.menu[open]");

for (const name of ["click", "focusin"])
  document.addEventListener(name, ({ target }) => {
    for (const menu of opened()) if (!menu.contains(target)) menu.open = false;
  });
document.addEventListener("keydown", ({ key }) => {
  for (const menu of key === "Escape" ? opened() : []) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener(
  "toggle",
  ({ target }) => {
    if (target.open && target.matches("details.menu")) target.dispatchEvent(new Event("menu-open"));
  },
  true,
);

// Buttons that open a dialog by `commandfor`, in browsers that do not know it yet.
if (!("command" in HTMLButtonElement.prototype))
  document.addEventListener("click", ({ target }) => {
    const { commandfor, command } = target.closest("[commandfor]")?.attributes ?? {};
    if (commandfor) document.getElementById(commandfor.value)[command.value === "close" ? "close" : "showModal"]();
  });
