// The command palette, and shortcuts of single keys, which rest while one types and where they were switched off.

import { combobox } from "./combobox.js";

const OFF = "opsteam.shortcuts.off";
const PATIENCE_MS = 1200;
const ROWS = "main li .list-main > a, main tbody th > a";
const places = JSON.parse(document.body.dataset.shortcuts);
const palette = document.getElementById("palette");
const field = palette.querySelector("input");
const sheet = document.getElementById("shortcut-sheet");
let before = "";
let typedAt = 0;

const isShortcut = (event) =>
  !(event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || localStorage[OFF]) &&
  !event.target.closest("input:not([type=checkbox]), select, textarea, dialog");

function openPalette() {
  palette.showModal();
  field.select();
  field.dispatchEvent(new Event("palette-open"));
}

function openSheet() {
  sheet.showModal();
  sheet.dispatchEvent(new Event("sheet-open"));
}

const all = () => [...document.querySelectorAll(ROWS)];
const section = (row) => row?.closest("section");

// From outside the list only letters lead into it: arrows scroll.
function step(by, isArrow, rows = all(), around = "li, tr") {
  const at = rows.findIndex((row) => row.closest(around)?.contains(document.activeElement));
  if (at < 0 && isArrow) return false;
  rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)]?.focus();
}

const leap = (by) => step(by, false, all().filter((row, at, every) => section(row) !== section(every[at - 1])), "section");

const here = {
  "/": openPalette,
  "?": openSheet,
  j: () => step(1),
  k: () => step(-1),
  "]": () => leap(1),
  "[": () => leap(-1),
  ArrowDown: () => step(1, true),
  ArrowUp: () => step(-1, true),
};

function press(event) {
  const { key, target, timeStamp } = event;
  const pair = timeStamp - typedAt < PATIENCE_MS && places[`${before} ${key}`];
  [before, typedAt] = [key, timeStamp];
  // A page may take the key first.
  const own = new CustomEvent("shortcut", { bubbles: true, cancelable: true, detail: key });
  if (!pair && !target.dispatchEvent(own)) event.preventDefault();
  else if (!pair && here[key]) here[key]() ?? event.preventDefault();
  else if (pair || places[key]) {
    event.preventDefault();
    location.assign(pair || places[key]);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key === "k" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    openPalette();
  } else if (isShortcut(event)) press(event);
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-opens-palette]") || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  openPalette();
});
document.addEventListener("change", ({ target: { checked, dataset } }) => {
  if (!("shortcutsSwitch" in dataset)) return;
  if (checked) delete localStorage[OFF];
  else localStorage[OFF] = "1";
});

function furnish() {
  for (const box of document.querySelectorAll("[data-shortcuts-switch]")) {
    delete box.parentNode.dataset.waits;
    box.checked = !localStorage[OFF];
  }
}

combobox(field, palette.querySelector("[role=listbox]"));
document.addEventListener("htmx:after:swap", furnish);
furnish();
