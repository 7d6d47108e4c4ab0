/* Voltages at which something happens, as lines across a chart with their names at the right. */
import type uPlot from "uplot";
import type { Thresholds } from "./view.ts";

/** CSS pixels. */
const FONT = 11;

/** `colourOf`: of the style sheet, by name. */
export function drawThresholds(u: uPlot, thresholds: Thresholds, colourOf: (name: string) => string): void {
  const { ctx, bbox } = u;
  const scale = devicePixelRatio;
  ctx.lineWidth = scale;
  ctx.setLineDash([4 * scale, 4 * scale]);
  ctx.font = `${FONT * scale}px system-ui, sans-serif`;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  for (const [name, v_V] of thresholds) {
    if (v_V > (u.scales.y.max ?? 0)) continue;
    const y = Math.round(u.valToPos(v_V, "y", true)) + 0.5;
    ctx.strokeStyle = colourOf("threshold");
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.fillStyle = colourOf("faint");
    ctx.fillText(name, bbox.left + bbox.width + 4 * scale, y);
  }
  ctx.setLineDash([]);
}
