/* The page's script: it draws the voltages, and sees to the few controls. */
import { Charts } from "./charts.ts";
import { watchTheme } from "./theme.ts";
import type { View } from "./view.ts";

const text = document.querySelector("#result")?.textContent ?? "null";
const result: View = JSON.parse(text);

const charts = new Charts(result);
watchTheme(() => charts.redraw());

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-save]")) {
  button.addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`${JSON.stringify(result, null, 2)}\n`], { type: "application/json" }));
    link.download = button.dataset.save ?? "result.json";
    link.click();
    URL.revokeObjectURL(link.href);
  });
}
