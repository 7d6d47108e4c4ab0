/** What the tests of host/energy share: storages, a rough source, and a second, plain way to integrate. */
import type { Harvest } from "../../host/energy/harvest.ts";
import type { Storage } from "../../host/energy/storage.ts";

/** 10 uF that leaks as its profile does. */
export const SMALL: Storage = { capacitance_F: 10e-6, leak_Ohm: 9.78e6, vMax_V: 3.6, vOn_V: 3, vOff_V: 1.8 };
/** The same without leakage. */
export const TIGHT: Storage = { ...SMALL, leak_Ohm: Number.POSITIVE_INFINITY };
/** The same with R C = 0.2 s: what leaks matters within every segment. */
export const LEAKY: Storage = { ...SMALL, leak_Ohm: 20e3 };
/** The task group's 1 uF. */
export const TINY: Storage = { capacitance_F: 1e-6, leak_Ohm: 97.8e6, vMax_V: 1.2, vOn_V: 1.2, vOff_V: 0.9 };

export const STORAGES = { SMALL, TIGHT, LEAKY, TINY };

/** `count` segments of uneven length about step_s, powers 0 .. peak_W with outages, then the first again and so on. */
export function rough(random: () => number, step_s: number, peak_W: number, count = 997): Harvest {
  const lengths_s = Array.from({ length: count }, () => step_s * (0.1 + 1.8 * random()));
  const powers_W = Array.from({ length: count }, () => (random() < 0.3 ? 0 : peak_W * random()));
  const ends_s: number[] = [];
  return {
    end_s(i) {
      while (ends_s.length <= i) ends_s.push((ends_s.at(-1) ?? 0) + lengths_s[ends_s.length % count]);
      return ends_s[i];
    },
    power_W: (i) => powers_W[i % count],
  };
}

/** Harvest between two instants, J, summed plainly. */
export function energyBetween_J(harvest: Harvest, from_s: number, to_s: number): number {
  let e_J = 0;
  let begin_s = 0;
  for (let i = 0; begin_s < to_s; i++) {
    const end_s = harvest.end_s(i);
    e_J += harvest.power_W(i) * Math.max(0, Math.min(end_s, to_s) - Math.max(begin_s, from_s));
    begin_s = end_s;
  }
  return e_J;
}

/**
 * Explicit Euler with steps of h_s from vOn_V: the instants at which a station under load_W dies and wakes until end_s.
 * A crossing is put where the straight line of its step meets the threshold.
 */
export function bruteForce(storage: Storage, harvest: Harvest, load_W: number, end_s: number, h_s: number): number[] {
  const { capacitance_F: c, leak_Ohm, vMax_V, vOn_V, vOff_V } = storage;
  const energy = (v_V: number): number => (c * v_V * v_V) / 2;
  const [eMax, eOn, eOff] = [energy(vMax_V), energy(vOn_V), energy(vOff_V)];
  const events_s: number[] = [];
  let e = eOn;
  let isOn = true;
  let segment = 0;
  for (let step = 0; step * h_s < end_s; step++) {
    const t_s = step * h_s;
    while (harvest.end_s(segment) <= t_s) segment++;
    const change = h_s * (harvest.power_W(segment) - (isOn ? load_W : 0) - (2 * e) / (leak_Ohm * c));
    const next = Math.min(e + change, eMax);
    if (isOn ? next <= eOff : next >= eOn) {
      events_s.push(t_s + (h_s * ((isOn ? eOff : eOn) - e)) / change);
      isOn = !isOn;
    }
    e = next;
  }
  return events_s;
}
