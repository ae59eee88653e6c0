// A timer that runs counts up.

function show() {
  for (const each of document.querySelectorAll("time[data-since]")) {
    const seconds = Math.max(0, Math.floor(Date.now() / 1000 - each.dataset.since));
    const clock = new Date(seconds * 1000).toISOString().slice(14, 19);
    each.textContent = `${Math.floor(seconds / 3600)}:${clock}`;
  }
}

setInterval(show, 1000);
document.addEventListener("htmx:after:swap", show);
show();
