// What ECharts is told about a KPI's series. Numbers, ticks and texts come ready from the server.

import { faded, print } from "./chart-theme.js";

const stillness = matchMedia("(prefers-reduced-motion: reduce)");
const RUNNING = [4, 4];
const TARGET = [7, 4];
const LIMIT = [2, 3];
const MOST_DOTS = 45;

function tip({ said }) {
  const box = document.createElement("div");
  box.className = "chart-tip";
  said.forEach((text, place) => {
    const line = document.createElement(place === 1 ? "strong" : "span");
    line.textContent = text;
    box.append(line);
  });
  return box;
}

function line(name, data, colour, look = {}) {
  const { width = 1.5, type = "solid", ...others } = look;
  return {
    type: "line", name, data, symbol: "circle", symbolSize: 5, showSymbol: false, silent: true, cursor: "pointer", z: 3,
    lineStyle: { width, type, color: colour }, itemStyle: { color: colour }, ...others,
  };
}

// A shaded band is two stacked lines: an unseen one up to `lows`, and the way from there to `highs`.
function band(name, lows, highs, colour, share, step = false) {
  if (!lows || !highs) return [];
  const fill = faded(colour, share);
  const isKnown = (index) => lows[index] !== null && highs[index] !== null;
  const shared = { stack: name, stackStrategy: "all", symbol: "none", step, width: 0, z: 1 };
  return [
    line(`${name}-low`, lows.map((low, index) => (isKnown(index) ? low : null)), "transparent", shared),
    line(name, highs.map((high, index) => (isKnown(index) ? high - lows[index] : null)), fill, { ...shared, areaStyle: { color: fill, opacity: 1 } }),
  ];
}

function limitLines({ limits, points }, colour) {
  return limits.flatMap(({ first, last, edges }) =>
    edges.map((edge) => {
      const data = points.map((_point, index) => (first - 1 <= index && index <= last + 1 ? edge : null));
      return line("limits", data, colour, { width: 1, type: LIMIT, z: 2 });
    }),
  );
}

// Better and worse differ in shape, not in colour alone.
function signalDots({ limits }, tones) {
  return limits.filter(({ at }) => at !== null).map(({ last, at, is_good: isGood }) => ({
    coord: [last, at], symbol: isGood ? "circle" : "diamond", symbolSize: isGood ? 12 : 16,
    itemStyle: { color: "transparent", borderColor: isGood ? tones.good : tones.bad, borderWidth: 2 },
  }));
}

function markLines({ marks }, tones) {
  const look = {
    position: "end", distance: 2, fontSize: 11, color: tones.muted, backgroundColor: tones.surface,
    borderColor: tones.muted, borderWidth: 1, borderRadius: 8, padding: [1, 5],
  };
  return marks.map(({ index, label }) => ({ xAxis: index, label: { ...look, show: Boolean(label), formatter: label } }));
}

function axes({ axis, marks, points }, tones) {
  const label = { color: tones.muted, fontSize: 12 };
  return {
    xAxis: {
      type: "category", boundaryGap: false, data: points.map((point) => point.short), axisTick: { show: false },
      axisLine: { lineStyle: { color: tones.strong } },
      axisLabel: { ...label, hideOverlap: true, alignMinLabel: "left", alignMaxLabel: "right" },
    },
    yAxis: {
      type: "value", min: axis.min, max: axis.max, interval: axis.step, name: axis.unit, nameLocation: "end",
      nameGap: marks.length ? 26 : 10, nameTruncate: { maxWidth: 60 }, nameTextStyle: { ...label, align: "left" },
      axisLabel: { ...label, formatter: (value) => axis.ticks[Math.round((value - axis.min) / axis.step)] },
      splitLine: { lineStyle: { color: tones.line } },
    },
  };
}

function drawn(series, tones) {
  const { lines, is_between: isBetween } = series;
  const step = series.target_is_line ? false : "middle";
  const edge = { type: TARGET, step, z: 2 };
  const main = { width: 2, silent: false, showSymbol: series.points.length <= MOST_DOTS, z: 4 };
  return [
    ...band("near", lines.target, isBetween ? lines.upper : lines.near, isBetween ? tones.good : tones.warn, 0.12, step),
    ...band("interval", lines.low, lines.high, tones.accent, 0.16),
    ...band("fan", lines.fan_low, lines.fan_high, tones.accent, 0.12),
    ...band("inner", lines.inner_low, lines.inner_high, tones.accent, 0.16),
    line("target", lines.target, tones.warn, edge),
    line("upper", isBetween ? lines.upper : [], tones.warn, edge),
    line("compared", lines.compared, tones.strong),
    ...limitLines(series, tones.bad),
    line("forecast", lines.forecast, tones.accent, { ...main, type: LIMIT, showSymbol: false }),
    line("value", lines.value, tones.accent, {
      ...main,
      markLine: { symbol: "none", silent: true, animation: false, lineStyle: { color: tones.strong, type: LIMIT, width: 1 }, data: markLines(series, tones) },
      markPoint: { silent: true, animation: false, label: { show: false }, data: signalDots(series, tones) },
    }),
    line("running", lines.running, tones.accent, { ...main, type: RUNNING }),
  ];
}

// A picture that leaves the page says itself what it shows: with `title`, it has a heading and a legend.
export function options(series, tones, title = "") {
  const names = Object.fromEntries(series.legend);
  return {
    animation: !stillness.matches && !print.matches && !title,
    animationDuration: 250,
    textStyle: { fontFamily: tones.fontFamily, color: tones.muted },
    title: { show: Boolean(title), text: title, left: 0, top: 0, textStyle: { color: tones.ink, fontSize: 16 } },
    legend: { show: Boolean(title), top: 30, left: 0, data: Object.keys(names), formatter: (name) => names[name], textStyle: { color: tones.muted } },
    grid: { left: 8, right: 16, top: (title ? 64 : 0) + (series.marks.length ? 44 : 28), bottom: 4, containLabel: true },
    tooltip: {
      trigger: "axis", confine: true, transitionDuration: 0, backgroundColor: tones.surface, borderColor: tones.line,
      axisPointer: { type: "line", lineStyle: { color: tones.strong, type: "solid" } },
      textStyle: { color: tones.ink, fontSize: 13 },
      formatter: (hovered) => tip(series.points[hovered[0].dataIndex]),
    },
    ...axes(series, tones),
    series: drawn(series, tones),
  };
}
