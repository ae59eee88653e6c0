// Menus are <details class="menu">: they open and close without this. Here they close when one looks elsewhere, and
// tell with `menu-open` that they opened, for those that fetch what they hold.

const opened = () => document.querySelectorAll("details.menu[open]");

function closeOthers(place) {
  for (const menu of opened()) if (!menu.contains(place)) menu.open = false;
}

document.addEventListener("click", (event) => closeOthers(event.target));
document.addEventListener("focusin", (event) => closeOthers(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of opened()) {
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
if (!("command" in HTMLButtonElement.prototype)) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[commandfor]");
    if (!button) return;
    const dialog = document.getElementById(button.getAttribute("commandfor"));
    if (button.getAttribute("command") === "show-modal") dialog.showModal();
    else dialog.close();
  });
}
