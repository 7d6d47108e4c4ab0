/* The answers of ../probes.ts. */
import type { Probes } from "../probes.ts";

const PROBES: Probes = {
  figures: () =>
    [...document.querySelectorAll("data")].map((one) => ({
      of: one.dataset.of ?? "",
      value: one.value,
      text: one.textContent ?? "",
    })),

  isChartFocused: () => document.activeElement?.matches(".plot") ?? false,

  ground: () => getComputedStyle(document.body).backgroundColor,

  inks: (...kinds) =>
    kinds.flatMap((kind) =>
      [...document.querySelectorAll(kind)].slice(0, 40).map((one) => ({
        kind,
        ink: getComputedStyle(one).color,
        ground: groundOf(one),
      })),
    ),

  misfits: () => {
    const all = [...document.querySelectorAll("body *")].filter((one) => one.getClientRects().length > 0);
    const seen = all.filter((one) => !one.closest(".scroll, nav div, pre, .hidden, .skip"));
    const hasText = (one: Element): boolean =>
      [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    return {
      wide: seen.filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5).map(told),
      small: seen.filter((one) => hasText(one) && Number.parseFloat(getComputedStyle(one).fontSize) < 11).map(told),
    };
  },

  chartWidths: () => [...document.querySelectorAll(".plot canvas")].map((one) => one.getBoundingClientRect().width),

  nameless: () => {
    const all = <T extends Element>(selector: string): T[] => [...document.querySelectorAll<T>(selector)];
    return [
      ...all("a, button").filter((one) => !(one.textContent?.trim() || one.getAttribute("aria-label"))),
      ...all<HTMLInputElement>("input").filter((one) => !one.labels?.[0]?.textContent?.trim()),
      ...all<HTMLTableElement>("table").filter((one) => !one.caption?.textContent?.trim()),
      ...all("svg, .plot").filter((one) => !one.getAttribute("aria-label")),
    ].map(told);
  },
};

function groundOf(element: Element | null): string {
  if (!element) return "rgb(255, 255, 255)";
  const colour = getComputedStyle(element).backgroundColor;
  return /, 0\)$/.test(colour) ? groundOf(element.parentElement) : colour;
}

function told(element: Element): string {
  return element.outerHTML.slice(0, 90);
}

Object.assign(window, { probes: PROBES });
