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

  all: (selector) =>
    [...document.querySelectorAll<HTMLElement | SVGElement>(selector)].map((one) => ({
      text: one.textContent ?? "",
      style: one.style.cssText,
      attributes: Object.fromEntries([...one.attributes].map(({ name, value }) => [name, value])),
    })),

  column: (chart, x) => {
    const canvas = document.querySelectorAll<HTMLCanvasElement>(".plot canvas")[chart];
    const over = document.querySelectorAll<HTMLElement>(".plot .u-over")[chart];
    const [from, to] = [canvas.getBoundingClientRect(), over.getBoundingClientRect()];
    const pixels = canvas
      .getContext("2d")
      ?.getImageData(Math.round(to.left - from.left + x), Math.round(to.top - from.top), 1, Math.round(to.height));
    return solid([...(pixels?.data ?? [])]);
  },

  ink: (name) => {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d");
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.color = `var(--${name})`;
    if (context) context.fillStyle = getComputedStyle(probe).color;
    context?.fillRect(0, 0, 1, 1);
    probe.remove();
    return solid([...(context?.getImageData(0, 0, 1, 1).data ?? [])])[0];
  },

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

/** Pixels [r, g, b, a ...] laid over the ground of a card. */
function solid(rgba: readonly number[]): [number, number, number][] {
  const card = document.querySelector(".track");
  const ground = (card ? getComputedStyle(card).backgroundColor : "").match(/[\d.]+/g)?.map(Number) ?? [255, 255, 255];
  return Array.from({ length: rgba.length / 4 }, (_, i) => {
    const alpha = rgba[4 * i + 3] / 255;
    const mixed = [0, 1, 2].map((part) => Math.round(alpha * rgba[4 * i + part] + (1 - alpha) * ground[part]));
    return mixed as [number, number, number];
  });
}

function groundOf(element: Element | null): string {
  if (!element) return "rgb(255, 255, 255)";
  const colour = getComputedStyle(element).backgroundColor;
  return /, 0\)$/.test(colour) ? groundOf(element.parentElement) : colour;
}

function told(element: Element): string {
  return element.outerHTML.slice(0, 90);
}

Object.assign(window, { probes: PROBES });
