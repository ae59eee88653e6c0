// Cards that are dragged change by their own forms, which are there for everybody else.

let dragged = null;

const place = (event) => dragged && event.target.closest("[data-drop]");

function mark(where) {
  for (const each of document.querySelectorAll("[data-over]")) delete each.dataset.over;
  if (where && !where.contains(dragged)) where.dataset.over = "";
}

function send(card, name, value) {
  if (name === "status") {
    const select = card.querySelector("[data-status] select");
    select.value = value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  } else card.querySelector(`[data-move] button[value="${value}"]`)?.click();
}

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-card]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.id);
});
document.addEventListener("dragover", (event) => {
  if (!place(event)) return;
  event.preventDefault();
  mark(place(event));
});
document.addEventListener("drop", (event) => {
  const where = place(event);
  if (!where) return;
  event.preventDefault();
  if (where.contains(dragged)) return;
  const [card, home] = [dragged, dragged.parentNode];
  const at = [...home.children].indexOf(card);
  card.back = () => home.insertBefore(card, home.children[at] ?? null);
  card.dataset.pending = "";
  send(card, ...where.dataset.drop.split("="));
  where.querySelector("[data-cards]").prepend(card);
});
document.addEventListener("dragend", () => {
  mark(null);
  dragged = null;
});
