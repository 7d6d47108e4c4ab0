/*
 * Below the voltage, over the same time: what the station draws for, what the AP sends, what the stations send. A click
 * chooses a frame.
 */
import { PHASES } from "../../device/phase.ts";
import type { FrameMark, Seen } from "../protocol.ts";
import { ink, inkOn } from "./ink.ts";
import { MARGINS, nearest } from "./voltage.ts";

const PHASE_NAMES = Object.keys(PHASES);
/** CSS pixels: three rows, and what is between them. */
const ROW = 16;
const GAP = 5;
export const LANE_HEIGHT = 3 * ROW + 3 * GAP;
const NAMES = ["draws", "down", "up"] as const;

export class Lane {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #seen: Seen | undefined;
  #chosen: number | undefined;

  constructor(canvas: HTMLCanvasElement, onFrame: (frame: FrameMark) => void) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d") as CanvasRenderingContext2D;
    canvas.addEventListener("click", ({ offsetX, offsetY }) => {
      const direction = offsetY < ROW + GAP ? undefined : offsetY < 2 * (ROW + GAP) ? "down" : "up";
      const candidates = (this.#seen?.frames ?? []).filter((frame) => frame.direction === direction);
      const found = nearest(candidates, ({ from_s, end_s }) => {
        const [from, end] = [this.#x(from_s), this.#x(end_s)];
        return offsetX < from ? from - offsetX : Math.max(0, offsetX - end);
      });
      if (found) onFrame(found);
    });
  }

  show(seen: Seen, chosen: number | undefined): void {
    this.#seen = seen;
    this.#chosen = chosen;
    this.draw();
  }

  draw(): void {
    const { clientWidth: width } = this.#canvas;
    const scale = devicePixelRatio;
    const [w, h] = [Math.max(1, Math.round(width * scale)), Math.round(LANE_HEIGHT * scale)];
    if (this.#canvas.width !== w || this.#canvas.height !== h) [this.#canvas.width, this.#canvas.height] = [w, h];
    const context = this.#context;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, LANE_HEIGHT);
    context.font = "11px system-ui, sans-serif";
    context.textBaseline = "middle";
    for (const [row, name] of NAMES.entries()) {
      context.textAlign = "right";
      context.fillStyle = ink("faint");
      context.fillText(name, MARGINS.left - 6, row * (ROW + GAP) + ROW / 2);
      context.fillStyle = ink("grid");
      context.fillRect(MARGINS.left, row * (ROW + GAP), width - MARGINS.left - MARGINS.right, ROW);
    }
    if (!this.#seen) return;
    context.save();
    context.beginPath();
    context.rect(MARGINS.left, 0, width - MARGINS.left - MARGINS.right, LANE_HEIGHT);
    context.clip();
    this.#phases(this.#seen);
    this.#frames(this.#seen);
    context.restore();
  }

  #phases({ pieces }: Seen): void {
    const context = this.#context;
    if (!pieces) {
      context.fillStyle = ink("faint");
      context.textAlign = "left";
      context.fillText("closer (+) to see what it draws for", MARGINS.left + 6, ROW / 2);
      return;
    }
    for (let i = 0; i < pieces.length; i += 3) {
      const [from, to] = [this.#x(pieces[i + 1]), this.#x(pieces[i + 2])];
      const name = PHASE_NAMES[pieces[i]];
      context.fillStyle = ink(name);
      context.fillRect(from, 0, Math.max(to - from, 0.5), ROW);
      const text = context.measureText(name).width;
      if (to - from < text + 8) continue;
      context.fillStyle = inkOn(name);
      context.textAlign = "center";
      context.fillText(name, (Math.max(from, MARGINS.left) + to) / 2, ROW / 2);
    }
  }

  #frames({ frames }: Seen): void {
    const context = this.#context;
    context.textAlign = "center";
    for (const frame of frames) {
      const { from_s, end_s, direction, fate, isOwn, title, n } = frame;
      const top = (direction === "down" ? 1 : 2) * (ROW + GAP);
      const [from, to] = [this.#x(from_s), Math.max(this.#x(end_s), this.#x(from_s) + 2)];
      const isBad = !["received", "flying", ""].includes(fate);
      const isOther = direction === "up" && !isOwn;
      context.globalAlpha = isOther ? 0.4 : 1;
      const colour = isBad ? "death" : direction === "down" ? "rx" : "tx";
      context.fillStyle = ink(colour);
      context.fillRect(from, top, to - from, ROW);
      context.globalAlpha = 1;
      if (n === this.#chosen) {
        context.strokeStyle = ink("ink");
        context.lineWidth = 2;
        context.strokeRect(from - 1, top - 1, to - from + 2, ROW + 2);
      }
      if (to - from > context.measureText(title).width + 6) {
        context.fillStyle = inkOn(colour);
        context.fillText(title, (from + to) / 2, top + ROW / 2);
      }
    }
  }

  #x(t_s: number): number {
    const { from_s, to_s } = this.#seen as Seen;
    const width = this.#canvas.clientWidth - MARGINS.left - MARGINS.right;
    return MARGINS.left + ((t_s - from_s) / (to_s - from_s)) * width;
  }
}
