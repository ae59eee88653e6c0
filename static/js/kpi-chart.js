// Draws a KPI's series from the JSON next to it. The table of values below the chart is its twin for everybody else.
// Texts come formatted from the server; colours come from the style sheet, so light and dark follow the page.

const charts = new Map();
const darkness = matchMedia("(prefers-color-scheme: dark)");
const stillness = matchMedia("(prefers-reduced-motion: reduce)");

function colour(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}

function tip(point, words) {
  const box = document.createElement("div");
  box.className = "chart-tip";
  const lines = [
    ["span", point.period],
    ["strong", point.text],
    ["span", `${words.n} ${point.n_text}`],
    ["span", point.target_text ? `${words.target} ${point.target_text}` : ""],
    ["span", point.finality_text],
  ];
  for (const [tag, text] of lines) {
    if (!text) continue;
    const line = document.createElement(tag);
    line.textContent = text;
    box.append(line);
  }
  return box;
}

function lines(points, divisor) {
  const scaled = (value) => (value === null ? null : value / divisor);
  const settled = points.map((point) => (point.is_open ? null : scaled(point.value)));
  // The dashed line starts at the last settled point, so that the two meet.
  const running = points.map((point, index) =>
    point.is_open || points[index + 1]?.is_open ? scaled(point.value) : null,
  );
  return { settled, running, target: points.map((point) => scaled(point.target)) };
}

function options(series) {
  const { points, words, axis, language } = series;
  const { settled, running, target } = lines(points, axis.divisor);
  const ink = colour("--ink-muted");
  const accent = colour("--accent");
  const goal = colour("--warn");
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const day = new Intl.DateTimeFormat(language, axis.date_parts);
  const dots = points.length <= 45;
  const shared = { type: "line", connectNulls: false, symbol: "circle", symbolSize: 5, cursor: "pointer" };
  return {
    animation: !stillness.matches,
    animationDuration: 250,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink },
    grid: { left: 8, right: 16, top: 28, bottom: 4, containLabel: true },
    legend: {
      top: 0, right: 0, itemWidth: 16, itemHeight: 2, itemGap: 16, icon: "rect",
      textStyle: { color: ink, fontSize: 12 }, selectedMode: false,
      data: [words.value, ...(target.some((value) => value !== null) ? [words.target] : [])],
    },
    tooltip: {
      trigger: "axis", confine: true, transitionDuration: 0,
      axisPointer: { type: "line", lineStyle: { color: colour("--line-strong"), type: "solid" } },
      backgroundColor: colour("--surface"), borderColor: colour("--line"),
      textStyle: { color: colour("--ink"), fontSize: 13 },
      formatter: (hovered) => tip(points[hovered[0].dataIndex], words),
    },
    xAxis: {
      type: "category", boundaryGap: false, data: points.map((point) => point.starts_on),
      axisLine: { lineStyle: { color: colour("--line-strong") } }, axisTick: { show: false },
      axisLabel: {
        color: ink, fontSize: 12, hideOverlap: true,
        formatter: (text) => day.format(new Date(`${text}T00:00:00`)),
      },
    },
    yAxis: {
      type: "value", scale: axis.floats, name: axis.unit, nameTextStyle: { color: ink, fontSize: 12, align: "left" },
      nameLocation: "end", nameGap: 10, nameTruncate: { maxWidth: 60 },
      axisLabel: { color: ink, fontSize: 12, formatter: (value) => number.format(value) },
      splitLine: { lineStyle: { color: colour("--line") } },
    },
    series: [
      { ...shared, name: words.value, data: settled, showSymbol: dots, lineStyle: { width: 2 }, itemStyle: { color: accent } },
      { ...shared, name: words.running, data: running, showSymbol: dots, lineStyle: { width: 2, type: [4, 4] }, itemStyle: { color: accent } },
      { ...shared, name: words.target, data: target, step: "middle", showSymbol: false, silent: true, lineStyle: { width: 1.5, type: [6, 4] }, itemStyle: { color: goal } },
    ],
  };
}

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
document.body.addEventListener("htmx:afterSettle", refresh);
refresh();
