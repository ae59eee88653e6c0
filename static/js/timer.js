// A timer that runs counts up; without this it shows how long it ran when the page was made.

function show() {
  for (const each of document.querySelectorAll("time[data-since]")) {
    const seconds = Math.max(0, Math.floor(Date.now() / 1000 - each.dataset.since));
    const [minute, second] = [Math.floor(seconds / 60) % 60, seconds % 60].map((n) => `${n}`.padStart(2, "0"));
    each.textContent = `${Math.floor(seconds / 3600)}:${minute}:${second}`;
  }
}

setInterval(show, 1000);
document.addEventListener("htmx:after:swap", show);
show();
