// The one theme of all charts, read from the style sheet's tokens: light and dark follow the page.

const TOKENS = {
  accent: "--accent", good: "--good", warn: "--warn", bad: "--bad",
  ink: "--ink", muted: "--ink-muted", line: "--line", strong: "--line-strong", surface: "--surface",
};

export function theme() {
  const probe = document.createElement("span");
  document.body.append(probe);
  const colours = Object.entries(TOKENS).map(([name, token]) => {
    probe.style.color = `var(${token})`;
    return [name, getComputedStyle(probe).color];
  });
  const { fontFamily } = getComputedStyle(probe);
  probe.remove();
  return { ...Object.fromEntries(colours), fontFamily };
}

export function faded(colour, share) {
  return colour.replace(/^rgb\((.*)\)$/, (_all, parts) => `rgba(${parts}, ${share})`);
}

export const print = matchMedia("print");

// Paper is light.
export function followTheme(redraw) {
  for (const media of [print, matchMedia("(prefers-color-scheme: dark)")]) media.addEventListener("change", redraw);
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}
