// Rows of tasks by keyboard, and at once: what was chosen is shown before the server answers.

const ROW = "[data-keys] [data-card]";
const FIELDS = { d: "due", a: "assignee" };
let place, isHere;

const rows = () => [...document.querySelectorAll(ROW)];
const chosen = () => document.querySelectorAll("[form=many]:checked");
const main = (row) => row.querySelector(".list-main > a, th > a");

function setStatus(row, number) {
  const select = row.querySelector("[data-status] select");
  if (!select?.options[number - 1]) return false;
  select.selectedIndex = number - 1;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

function press(row, key) {
  if (/^[1-5]$/.test(key)) return setStatus(row, Number(key));
  const [pick, timer] = ["[form=many]", "[data-timer]"].map((each) => row.querySelector(each));
  const { due, [FIELDS[key]]: field } = pick?.form.elements ?? {};
  if (key === "t" && timer) timer.click();
  else if (key === "e" && due) location.assign(`${main(row).href}edit/`);
  else if (key === "x" && pick) {
    pick.focus();
    pick.click();
  } else if (field) {
    if (!chosen().length) pick.click();
    field.focus();
  } else return false;
  return true;
}

const goBack = () => {
  const all = rows();
  const row = document.getElementById(place.id) ?? all[Math.min(place.at, all.length - 1)];
  if (row) main(row).focus();
};

document.addEventListener("shortcut", (event) => {
  const row = event.target.closest(ROW);
  if (row && press(row, event.detail)) event.preventDefault();
});
document.addEventListener("keydown", ({ key, target: { form } }) => {
  if (key !== "Escape" || form?.id !== "many") return;
  form.reset();
  if (place) goBack();
});

// The row looks as it will; where the server refuses, toasts.js takes that back.
document.addEventListener("change", ({ target }) => {
  if (target.name === "task") target.form.querySelector("output").value = chosen().length;
  const row = target.name === "status" && target.closest(ROW);
  if (row) row.dataset.pending = target.value;
});

// The focus stays on the row, or goes to the one that took its place.
document.addEventListener("focusin", ({ target }) => {
  const row = target.closest(ROW);
  if (row) place = { id: row.id, at: rows().indexOf(row) };
});
document.addEventListener("htmx:before:swap", () => {
  isHere = document.activeElement.closest("[data-keys], #toasts");
});
document.addEventListener("htmx:after:swap", () => {
  if (isHere && place && document.activeElement === document.body) goBack();
});

// A line that was taken leaves room for the next one.
document.addEventListener("htmx:after:request", ({ target, detail: { ctx } }) => {
  if (target.id !== "quick-add" || ctx.response.status >= 400) return;
  target.line.value = "";
  target.querySelector("#quick-add-chips").replaceChildren();
  target.line.focus();
});
