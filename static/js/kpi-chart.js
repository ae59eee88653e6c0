// Draws a KPI's series from the JSON next to it. The table of values below the chart is its twin for everybody else.

import { options } from "./chart-options.js";

const charts = new Map();
const darkness = matchMedia("(prefers-color-scheme: dark)");

function draw(frame) {
  const series = JSON.parse(document.getElementById(frame.dataset.series).textContent);
  const chart = echarts.init(frame, null, { renderer: "canvas" });
  chart.setOption(options(series));
  chart.on("click", ({ dataIndex }) => {
    const address = series.points[dataIndex]?.rows_url;
    if (address) location.assign(address);
  });
  const resize = new ResizeObserver(() => chart.resize());
  resize.observe(frame);
  charts.set(frame, { chart, series, resize });
  frame.dataset.drawn = "true";
}

function refresh() {
  for (const [frame, { chart, resize }] of charts) {
    if (frame.isConnected) continue;
    resize.disconnect();
    chart.dispose();
    charts.delete(frame);
  }
  for (const frame of document.querySelectorAll("[data-series]")) if (!charts.has(frame)) draw(frame);
}

darkness.addEventListener("change", () => {
  for (const { chart, series } of charts.values()) chart.setOption(options(series));
});
document.addEventListener("htmx:after:swap", refresh);
refresh();
