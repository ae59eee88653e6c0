// Shows the fields of the chosen aggregate only, and inserts KPI keys into the formula.

const editor = document.querySelector(".kpi-editor");
const aggregate = editor.elements.aggregate;

function showParts() {
  for (const part of editor.querySelectorAll("[data-aggregates]")) {
    part.hidden = !part.dataset.aggregates.split(" ").includes(aggregate.value);
  }
}

function insert(button) {
  const field = document.getElementById(button.dataset.into);
  const { selectionStart, selectionEnd } = field;
  field.setRangeText(button.dataset.insert, selectionStart, selectionEnd, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// A chosen day means that day.
editor.elements.applies_from?.addEventListener("input", () => {
  editor.elements.starts.value = "day";
});
editor.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (button) insert(button);
});
aggregate.addEventListener("change", showParts);
showParts();
