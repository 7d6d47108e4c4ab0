/* Light or dark: as the system has it until the reader says otherwise. */

/** `onChange`: colours have changed, by the button or by the system. */
export function watchTheme(onChange: () => void): void {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const button = document.querySelector<HTMLButtonElement>("button.theme");
  button?.addEventListener("click", () => {
    const isDark = root.dataset.theme === undefined ? system.matches : root.dataset.theme === "dark";
    root.dataset.theme = isDark ? "light" : "dark";
    onChange();
  });
  system.addEventListener("change", onChange);
}

/** Knows what light-dark() comes to at the moment. */
const probe = document.createElement("i");
probe.hidden = true;
document.body.append(probe);

/** A colour of the style sheet, as it is now. */
export function colour(name: string): string {
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
}
