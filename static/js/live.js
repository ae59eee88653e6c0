// Home shows what changed: only while it is looked at, seldom while nothing changes.

const board = document.querySelector("[data-pulse]");
const SHORTEST_MS = 20_000;
const LONGEST_MS = 160_000;
let pause = SHORTEST_MS;
let etag = "";
let timer;

const isBusy = (part) =>
  part.matches(":hover") || part.contains(document.activeElement) || part.querySelector("details[open], dialog[open]");

// Parts that somebody works in wait.
const waiting = new Map();

function settle() {
  for (const [id, fresh] of waiting) {
    const part = document.getElementById(id);
    if (part && isBusy(part)) continue;
    waiting.delete(id);
    part?.replaceWith(fresh);
    window.htmx?.process(fresh);
  }
}

function take(text) {
  const answer = new DOMParser().parseFromString(text, "text/html");
  for (const fresh of answer.querySelectorAll("[data-part]")) {
    const part = document.getElementById(fresh.id);
    waiting.delete(fresh.id);
    if (part && part.dataset.state !== fresh.dataset.state) waiting.set(fresh.id, document.adoptNode(fresh));
  }
}

async function ask() {
  try {
    const answer = await fetch(board.dataset.pulse, { headers: { "If-None-Match": etag }, cache: "no-store" });
    if (answer.redirected) return;
    pause = Math.min(pause * 1.5, LONGEST_MS);
    if (answer.status === 200) {
      pause = SHORTEST_MS;
      etag = answer.headers.get("ETag") ?? "";
      take(await answer.text());
    }
  } catch {
    pause = LONGEST_MS;
  }
  settle();
  wait();
}

function wait() {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(ask, pause);
}

document.addEventListener("visibilitychange", () => {
  pause = SHORTEST_MS;
  if (!document.hidden) ask();
});
for (const event of ["pointerover", "focusin"]) document.addEventListener(event, () => waiting.size && setTimeout(settle));
wait();
