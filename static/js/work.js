// Rows of tasks by keyboard, and at once: what was chosen is shown before the server answers. On a row, 1 to 5 set the
// status, t starts or stops the timer, the arrows (or j and k) go on. Without this, each row has its form.

const ROW = "[data-keys] [data-card]";
let place = null;
let before = "";

const rows = () => [...document.querySelectorAll(ROW)];
const main = (row) => row.querySelector(".list-main > a");

function go(row, by) {
  const all = rows();
  const next = all[all.indexOf(row) + by];
  if (next) main(next).focus();
  return Boolean(next);
}

function setStatus(row, number) {
  const select = row.querySelector("[data-status] select");
  if (!select?.options[number - 1]) return false;
  select.selectedIndex = number - 1;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

function press(row, key) {
  if (/^[1-5]$/.test(key)) return setStatus(row, Number(key));
  if (key === "ArrowDown" || key === "j") return go(row, 1);
  if (key === "ArrowUp" || key === "k") return go(row, -1);
  const timer = key === "t" && row.querySelector("[data-timer]");
  timer && timer.click();
  return Boolean(timer);
}

document.addEventListener(
  "keydown",
  (event) => {
    const isSecond = /^[gn]$/.test(before);
    before = event.key;
    const row = event.target.closest(ROW);
    const isTyped = event.target.closest("input, select, textarea, [contenteditable]");
    if (!row || isTyped || isSecond || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!press(row, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

// The row looks as it will; where the server refuses, the page is shown as it is.
document.addEventListener("change", ({ target }) => {
  const row = target.closest(ROW);
  if (row) row.dataset.pending = target.value;
});
document.addEventListener("htmx:response:error", () => {
  for (const row of document.querySelectorAll("[data-pending]")) {
    delete row.dataset.pending;
    row.querySelector("[data-status]")?.reset();
  }
});

// Rows that were put in anew keep the focus: the same row, or the one that took its place.
document.addEventListener("htmx:before:swap", () => {
  const row = document.activeElement?.closest(ROW);
  place = row && { id: row.id, at: rows().indexOf(row) };
});
document.addEventListener("htmx:after:swap", () => {
  if (!place || document.activeElement !== document.body) return;
  const all = rows();
  const row = document.getElementById(place.id) ?? all[Math.min(place.at, all.length - 1)];
  if (row) main(row).focus();
  place = null;
});

// A line that was taken leaves room for the next one.
document.addEventListener("htmx:after:request", ({ target, detail: { ctx } }) => {
  if (target.id !== "quick-add" || ctx.response.status >= 400) return;
  const line = target.querySelector("[name=line]");
  line.value = "";
  target.querySelector("#quick-add-chips").replaceChildren();
  line.focus();
});
