/*
 * How what is stored goes on from an instant, when the source feels the storage's voltage:
 *
 *   dE/dt = P(V, t) - P_load - k E,   E = C V^2 / 2,   k = 2 / (R C)
 *
 * 0 .. V_max is cut into bands, and within one the power is a straight line of the energy, through its values at the
 * band's ends: dE/dt = a + s E - P_load - k E, the equation of decay.ts with k - s for k. A step in closed form ends where
 * a band, a segment or the wish ends; the error falls with the square of the width. Nearer to 0 V than a quarter of V_max
 * the line would be a bad picture of P = V I; there the power is that of the band's middle, and of a constant current
 * the time through a band is exact:  (E_high - E_low) / (I (V_low + V_high) / 2) = C (V_high - V_low) / I.
 *
 * Where the power jumps, too little above and too much below, the energy stays on the edge: the source gives what load
 * and leakage take.
 *
 * One course is the present, another looks ahead of it by the same steps: what is foreseen is what happens, to the bit.
 */
import { chi, crossing_s, phi } from "./decay.ts";
import type { Feed } from "./feed.ts";
import { energyAt_J, type Storage, voltageOf_V } from "./storage.ts";

/** Of a band's width: near enough to its end. */
const INSIDE = 1e-9;

export class Course {
  t_s = 0;
  e_J: number;
  /** What e_J has rounded off. */
  eLow_J = 0;
  /** Of the last step: its length, what the source gave, and what leaked and was clipped. */
  dt_s = 0;
  harvest_J = 0;
  leak_J = 0;
  clipped_J = 0;
  readonly #feed: Feed;
  readonly #capacitance_F: number;
  readonly #k_Hz: number;
  /** Of the grid, ascending, from 0 to what is stored at V_max. */
  readonly #edges_J: Float64Array;
  #segment = 0;
  #segmentEnd_s: number;
  /** The segment's own edge; Infinity: it has none. */
  #jump_J = 0;
  /** The band that the last step was in, and its power, base + slope E; none: below 0. */
  #low_J = -1;
  #high_J = -1;
  #base_W = 0;
  #slope_Hz = 0;

  constructor({ capacitance_F, leak_Ohm, vMax_V }: Storage, feed: Feed, e_J: number) {
    this.#feed = feed;
    this.#capacitance_F = capacitance_F;
    this.#k_Hz = 2 / (leak_Ohm * capacitance_F);
    const { bands } = feed;
    this.#edges_J = Float64Array.from({ length: bands + 1 }, (_, i) =>
      energyAt_J(capacitance_F, i === bands ? vMax_V : (vMax_V * i) / bands),
    );
    this.e_J = e_J;
    this.#segmentEnd_s = feed.end_s(0);
    this.#findJump();
  }

  /** Takes the other's place; both have the same storage and feed. */
  startFrom(other: Course): void {
    this.t_s = other.t_s;
    this.e_J = other.e_J;
    this.eLow_J = other.eLow_J;
    this.#segment = other.#segment;
    this.#segmentEnd_s = other.#segmentEnd_s;
    this.#jump_J = other.#jump_J;
    this.#low_J = other.#low_J;
    this.#high_J = other.#high_J;
    this.#base_W = other.#base_W;
    this.#slope_Hz = other.#slope_Hz;
  }

  /**
   * One step towards until_s, which is later than t_s. True: it ended on threshold_J, reached from above or from below.
   */
  step(until_s: number, load_W: number, threshold_J: number): boolean {
    const k = this.#k_Hz;
    const e = this.e_J;
    const end_s = this.#segmentEnd_s < until_s ? this.#segmentEnd_s : until_s;
    const dt = end_s - this.t_s;
    const drawn_W = load_W + k * e;
    this.#enter(true);
    if (this.#powerAt_W(e) < drawn_W && e === this.#low_J && e > 0 && e !== threshold_J) {
      this.#enter(false);
      if (this.#powerAt_W(e) > drawn_W) {
        this.#pass(end_s, dt, drawn_W * dt, k * e * dt, 0);
        return false;
      }
    }
    const d = this.#powerAt_W(e) - drawn_W;
    const x = (k - this.#slope_Hz) * dt;
    const change = d === 0 ? 0 : d * dt * phi(x);
    const after = e + change;
    const eMax = this.#edges_J[this.#edges_J.length - 1];
    if (d > 0) {
      if (e >= eMax) {
        this.#pass(end_s, dt, this.#powerAt_W(e) * dt, k * e * dt, d * dt);
        return false;
      }
      const bound_J = e < threshold_J && threshold_J < this.#high_J ? threshold_J : this.#high_J;
      if (after >= bound_J) return this.#cross(bound_J, d, end_s, dt) === threshold_J;
    } else if (d < 0) {
      const bound_J = threshold_J <= e && threshold_J > this.#low_J ? threshold_J : this.#low_J;
      if (after <= bound_J) return this.#cross(bound_J, d, end_s, dt) === threshold_J;
    }
    // Two-sum: nothing is lost however small the change is.
    const part = after - e;
    this.eLow_J += e - (after - part) + (change - part);
    this.e_J = after;
    const under_Js = d === 0 ? e * dt : e * dt + d * dt * dt * chi(x);
    this.#pass(end_s, dt, this.#base_W * dt + this.#slope_Hz * under_Js, k * under_Js, 0);
    return false;
  }

  /** To the instant, at most dt away, at which the storage holds exactly bound_J; returns that. */
  #cross(bound_J: number, d: number, end_s: number, dt: number): number {
    const k = this.#k_Hz - this.#slope_Hz;
    const step = crossing_s(k, bound_J - this.e_J - this.eLow_J, d, dt);
    const under_Js = this.e_J * step + d * step * step * chi(k * step);
    this.e_J = bound_J;
    this.eLow_J = 0;
    const harvest_J = this.#base_W * step + this.#slope_Hz * under_Js;
    this.#pass(Math.min(this.t_s + step, end_s), step, harvest_J, this.#k_Hz * under_Js, 0);
    return bound_J;
  }

  #pass(t_s: number, dt: number, harvest_J: number, leak_J: number, clipped_J: number): void {
    this.t_s = t_s;
    this.dt_s = dt;
    this.harvest_J = harvest_J;
    this.leak_J = leak_J;
    this.clipped_J = clipped_J;
    if (t_s < this.#segmentEnd_s) return;
    this.#segment++;
    this.#segmentEnd_s = this.#feed.end_s(this.#segment);
    this.#findJump();
  }

  #powerAt_W(e_J: number): number {
    return this.#base_W + this.#slope_Hz * e_J;
  }

  #findJump(): void {
    const edge_V = this.#feed.edge_V(this.#segment);
    this.#jump_J = edge_V > 0 && edge_V < Number.POSITIVE_INFINITY ? energyAt_J(this.#capacitance_F, edge_V) : edge_V;
    this.#low_J = -1;
    this.#high_J = -1;
  }

  /** Finds the band that holds what is stored: on an edge the one above it, or the one below. */
  #enter(above: boolean): void {
    const e = this.e_J;
    if (above ? this.#low_J <= e && e < this.#high_J : this.#low_J < e && e <= this.#high_J) return;
    const edges = this.#edges_J;
    const last = edges.length - 2;
    let i = Math.min(Math.floor(Math.sqrt(e / edges[last + 1]) * (last + 1)), last);
    while (i > 0 && (above ? edges[i] > e : edges[i] >= e)) i--;
    while (i < last && (above ? edges[i + 1] <= e : edges[i + 1] < e)) i++;
    let low_J = edges[i];
    let high_J = edges[i + 1];
    const jump_J = this.#jump_J;
    if (jump_J > low_J && jump_J < high_J) {
      if (above ? e < jump_J : e <= jump_J) high_J = jump_J;
      else low_J = jump_J;
    }
    this.#low_J = low_J;
    this.#high_J = high_J;
    const [low_V, high_V] = [voltageOf_V(this.#capacitance_F, low_J), voltageOf_V(this.#capacitance_F, high_J)];
    if (4 * i < edges.length - 1) {
      this.#slope_Hz = 0;
      this.#base_W = this.#feed.power_W(this.#segment, (low_V + high_V) / 2);
      return;
    }
    // At a jump the power is that of the band's own side.
    const inside_V = (high_V - low_V) * INSIDE;
    const lowest_W = this.#feed.power_W(this.#segment, low_J === jump_J ? low_V + inside_V : low_V);
    const highest_W = this.#feed.power_W(this.#segment, high_J === jump_J ? high_V - inside_V : high_V);
    this.#slope_Hz = (highest_W - lowest_W) / (high_J - low_J);
    this.#base_W = lowest_W - this.#slope_Hz * low_J;
  }
}
