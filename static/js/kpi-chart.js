// Draws the chart of each frame from the JSON next to it, reads its points aloud to the arrow keys, and gives it out as
// a picture. The table that the frame links is its twin for everybody else.

import { options } from "./chart-options.js";
import { followTheme, theme } from "./chart-theme.js";

const charts = new Map();

function open(series, index) {
  const address = series.points[index]?.rows_url;
  if (address) location.assign(address);
}

function readWithKeys(plot, chart, series) {
  const last = series.points.length - 1;
  const voice = plot.nextElementSibling;
  let place = last + 1;
  plot.tabIndex = 0;
  plot.setAttribute("role", "application");
  plot.addEventListener("keydown", (event) => {
    const wanted = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: last }[event.key];
    if (event.key === "Enter") open(series, place);
    if (wanted === undefined) return;
    event.preventDefault();
    place = Math.min(Math.max(wanted, 0), last);
    const x = chart.convertToPixel({ xAxisIndex: 0 }, place);
    chart.dispatchAction({ type: "showTip", x, y: plot.clientHeight / 2 });
    voice.textContent = series.points[place].said.join(", ");
  });
  plot.addEventListener("blur", () => chart.dispatchAction({ type: "hideTip" }));
}

function givePicture(plot, series) {
  const tones = theme();
  const copy = echarts.init(document.createElement("div"), null, { width: 1000, height: 460 });
  copy.setOption(options(series, tones, plot.dataset.title));
  const link = document.createElement("a");
  link.href = copy.getDataURL({ pixelRatio: 2, backgroundColor: tones.surface });
  link.download = `${plot.dataset.file}.png`;
  link.click();
  copy.dispose();
}

function draw(plot) {
  const series = JSON.parse(document.getElementById(plot.dataset.series).textContent);
  const chart = echarts.init(plot, null, { renderer: "canvas" });
  chart.setOption(options(series, theme()));
  chart.on("click", ({ dataIndex }) => open(series, dataIndex));
  readWithKeys(plot, chart, series);
  const button = plot.closest(".chart-frame")?.querySelector("[data-picture]");
  if (button) {
    button.hidden = false;
    button.onclick = () => givePicture(plot, series);
  }
  const resize = new ResizeObserver(() => chart.resize());
  resize.observe(plot);
  charts.set(plot, { chart, series, resize });
  plot.dataset.drawn = "true";
}

function refresh() {
  for (const [plot, { chart, resize }] of charts) {
    if (plot.isConnected) continue;
    resize.disconnect();
    chart.dispose();
    charts.delete(plot);
  }
  for (const plot of document.querySelectorAll("[data-series]")) if (!charts.has(plot)) draw(plot);
}

followTheme(() => {
  for (const { chart, series } of charts.values()) {
    chart.setOption(options(series, theme()));
    // A page is printed at once.
    chart.getZr().flush();
  }
});
document.addEventListener("htmx:after:swap", refresh);
refresh();
