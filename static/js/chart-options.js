// What ECharts is told about a KPI's series. Texts come formatted from the server; colours from the style sheet, so
// light and dark follow the page.

const stillness = matchMedia("(prefers-reduced-motion: reduce)");
const DASHED = [4, 4];
const MOST_DOTS = 45;

function colour(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}

function faded(resolved, share) {
  return resolved.replace(/^rgb\((.*)\)$/, (_all, parts) => `rgba(${parts}, ${share})`);
}

function lineOf(tag, text, parent) {
  if (!text) return;
  const line = document.createElement(tag);
  line.textContent = text;
  parent.append(line);
}

function tip(series, index) {
  const { words } = series;
  const box = document.createElement("div");
  box.className = "chart-tip";
  const point = series.points[index] ?? series.ahead[index - series.points.length];
  const isAhead = index >= series.points.length;
  lineOf("span", point.period, box);
  lineOf("strong", point.text, box);
  lineOf("span", point.interval && `${isAhead ? words.forecast : words.interval}: ${point.interval}`, box);
  lineOf("span", point.n_text && `${words.n} ${point.n_text}`, box);
  lineOf("span", point.target_text && `${words.target} ${point.target_text}`, box);
  lineOf("span", point.status_text, box);
  lineOf("span", point.compared_text && `${words.compared}: ${point.compared_text}`, box);
  lineOf("span", point.finality_text, box);
  for (const limit of series.limits) if (limit.first <= index && index <= limit.last) lineOf("span", limit.text, box);
  for (const mark of series.marks) if (mark.index === index) lineOf("span", `${mark.number} · ${mark.text}`, box);
  return box;
}

// A shaded band is two stacked lines: an unseen one up to `lows`, and the way from there to `highs`.
function band(name, lows, highs, fill, step) {
  const shared = {
    type: "line", stack: name, stackStrategy: "all", symbol: "none", silent: true, step,
    lineStyle: { opacity: 0 }, z: 1, tooltip: { show: false },
  };
  const ways = lows.map((low, index) => (low === null || highs[index] === null ? null : highs[index] - low));
  if (ways.every((way) => way === null)) return [];
  return [
    { ...shared, name: `${name}-low`, data: lows.map((low, index) => (ways[index] === null ? null : low)) },
    { ...shared, name, data: ways, areaStyle: { color: fill, opacity: 1 } },
  ];
}

function columns(series) {
  const scaled = (value) => (value === null || value === undefined ? null : value / series.axis.divisor);
  const every = [...series.points, ...series.ahead];
  const known = series.points.length;
  const past = (name) => every.map((point, index) => (index < known ? scaled(point[name]) : null));
  const lastSettled = series.points.findLastIndex((point) => !point.is_open && point.value !== null);
  const future = (name) =>
    every.map((point, index) => {
      if (index >= known) return scaled(point[name]);
      if (!series.ahead.length) return null;
      return index === lastSettled ? scaled(point.value) : scaled(series.bridge[index]?.[name]);
    });
  return {
    every,
    settled: every.map((point, index) => (index < known && !point.is_open ? scaled(point.value) : null)),
    // The dashed line starts at the last settled point, so that the two meet.
    running: every.map((point, index) =>
      index < known && (point.is_open || every[index + 1]?.is_open) ? scaled(point.value) : null,
    ),
    past,
    future,
    scaled,
  };
}

function limitLines(series, table, tone) {
  return series.limits.flatMap((limit, number) =>
    ["low", "high"]
      .filter((edge) => limit[edge] !== null)
      .map((edge) => ({
        type: "line", name: `limits ${number} ${edge}`, symbol: "none", silent: true, z: 2,
        data: table.every.map((_point, index) =>
          limit.first - 1 <= index && index <= limit.last + 1 ? table.scaled(limit[edge]) : null,
        ),
        lineStyle: { width: 1, type: [2, 3], color: tone }, itemStyle: { color: tone },
      })),
  );
}

function signalDots(series, tones) {
  return series.limits.flatMap((limit) => {
    const value = series.points[limit.last]?.value;
    if (value === null || value === undefined) return [];
    const tone = limit.is_good ? tones.good : tones.bad;
    return [{ coord: [limit.last, value / series.axis.divisor], itemStyle: { color: "transparent", borderColor: tone, borderWidth: 2 } }];
  });
}

// Marks that stand too near to each other for their labels share one.
function markLines(series, ink, ground) {
  const numbers = new Map();
  for (const { index, number } of series.marks) numbers.set(index, [...(numbers.get(index) ?? []), number]);
  const reach = (series.points.length + series.ahead.length) / (matchMedia("(max-width: 40rem)").matches ? 9 : 22);
  const groups = [];
  for (const [index, shown] of [...numbers].sort((one, other) => one[0] - other[0])) {
    const last = groups.at(-1);
    if (last && index - last.from < reach) last.shown.push(...shown);
    else groups.push({ from: index, shown: [...shown] });
  }
  return [...numbers.keys()].map((index) => {
    const group = groups.find(({ from }) => from === index);
    const shown = group?.shown ?? [];
    return {
      xAxis: index,
      label: {
        show: Boolean(group), formatter: shown.length > 2 ? `${shown[0]}–${shown.at(-1)}` : shown.join(", "),
        position: "end", distance: 2, fontSize: 11, color: ink, backgroundColor: ground, borderColor: ink,
        borderWidth: 1, borderRadius: 8, padding: [1, 5],
      },
    };
  });
}

// Wide intervals of small numbers would press the lines flat: shades may take half as much room again, no more.
function bounds(lines, shades) {
  const known = lines.flat().filter((value) => value !== null);
  const every = [...known, ...shades.flat().filter((value) => value !== null)];
  if (!known.length) return {};
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const room = (high - low || Math.abs(high) || 1) / 2;
  const step = niceStep((high - low + 2 * room) / 5);
  const found = {};
  if (Math.max(...every) > high + room) found.max = Math.ceil((high + room) / step) * step;
  if (Math.min(...every) < low - room) {
    const least = Math.floor((low - room) / step) * step;
    found.min = low >= 0 ? Math.max(0, least) : least;
  }
  return found;
}

function niceStep(raw) {
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].find((each) => each * power >= raw) * power;
}

export function options(series) {
  const { points, axis, language } = series;
  const table = columns(series);
  const tones = { accent: colour("--accent"), good: colour("--good"), warn: colour("--warn"), bad: colour("--bad") };
  const ink = colour("--ink-muted");
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const targets = table.past("target");
  const compared = table.past("compared");
  const predicted = table.future("value");
  const step = series.target_is_line ? false : "middle";
  const dots = points.length <= MOST_DOTS;
  const line = { type: "line", connectNulls: false, symbol: "circle", symbolSize: 5, cursor: "pointer", z: 4 };
  const has = (values) => values.some((value) => value !== null);
  return {
    animation: !stillness.matches,
    animationDuration: 250,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink },
    grid: { left: 8, right: 16, top: series.marks.length ? 44 : 28, bottom: 4, containLabel: true },
    tooltip: {
      trigger: "axis", confine: true, transitionDuration: 0,
      axisPointer: { type: "line", lineStyle: { color: colour("--line-strong"), type: "solid" } },
      backgroundColor: colour("--surface"), borderColor: colour("--line"),
      textStyle: { color: colour("--ink"), fontSize: 13 },
      formatter: (hovered) => tip(series, hovered[0].dataIndex),
    },
    xAxis: {
      type: "category", boundaryGap: false, data: table.every.map((point) => point.short),
      axisLine: { lineStyle: { color: colour("--line-strong") } }, axisTick: { show: false },
      axisLabel: { color: ink, fontSize: 12, hideOverlap: true, alignMinLabel: "left", alignMaxLabel: "right" },
    },
    yAxis: {
      type: "value", scale: axis.floats,
      ...bounds(
        [table.past("value"), targets, compared, predicted, table.past("upper")],
        [table.past("low"), table.past("high"), table.past("near"), table.future("low"), table.future("high")],
      ), name: axis.unit, nameTextStyle: { color: ink, fontSize: 12, align: "left" },
      nameLocation: "end", nameGap: series.marks.length ? 26 : 10, nameTruncate: { maxWidth: 60 },
      axisLabel: { color: ink, fontSize: 12, formatter: (value) => number.format(value) },
      splitLine: { lineStyle: { color: colour("--line") } },
    },
    series: [
      ...(series.is_between
        ? band("target-band", targets, table.past("upper"), faded(tones.good, 0.12), step)
        : band("near-band", targets, table.past("near"), faded(tones.warn, 0.12), step)),
      ...band("interval", table.past("low"), table.past("high"), faded(tones.accent, 0.16), false),
      ...band("fan", table.future("low"), table.future("high"), faded(tones.accent, 0.14), false),
      { ...line, z: 2, name: "target", data: targets, step, showSymbol: false, silent: true, lineStyle: { width: 1.5, type: [6, 4], color: tones.warn }, itemStyle: { color: tones.warn } },
      ...(series.is_between ? [{ ...line, z: 2, name: "upper", data: table.past("upper"), step, showSymbol: false, silent: true, lineStyle: { width: 1.5, type: [6, 4], color: tones.warn }, itemStyle: { color: tones.warn } }] : []),
      ...(has(compared) ? [{ ...line, z: 3, name: "compared", data: compared, showSymbol: false, silent: true, lineStyle: { width: 1.5, color: colour("--line-strong") }, itemStyle: { color: colour("--line-strong") } }] : []),
      ...limitLines(series, table, tones.bad),
      ...(series.ahead.length ? [{ ...line, name: "forecast", data: predicted, showSymbol: false, silent: true, lineStyle: { width: 2, type: DASHED, opacity: 0.75 }, itemStyle: { color: tones.accent } }] : []),
      {
        ...line, name: "value", data: table.settled, showSymbol: dots, lineStyle: { width: 2 }, itemStyle: { color: tones.accent },
        markLine: { symbol: "none", silent: true, animation: false, lineStyle: { color: colour("--line-strong"), type: [2, 3], width: 1 }, data: markLines(series, ink, colour("--surface")) },
        markPoint: { symbol: "circle", symbolSize: 12, silent: true, animation: false, label: { show: false }, data: signalDots(series, tones) },
      },
      { ...line, name: "running", data: table.running, showSymbol: dots, lineStyle: { width: 2, type: DASHED }, itemStyle: { color: tones.accent } },
    ],
  };
}
