/* What the form offers: built-in scenarios, names of parts, and the numbers that a part has of its own. */
import { DL_RATES_kbps } from "../../channel/airtime.ts";
import { RAM_POLICIES } from "../../device/instance.ts";
import { CELLS } from "../../energy/profiles/cells.ts";
import { FITTED } from "../../energy/profiles/fitted.ts";
import { RECTIFIERS } from "../../energy/profiles/rectifiers.ts";
import { KNOWN_PROFILES } from "../../sim/profiles.ts";
import { PROFILES } from "../../wire/profile.ts";
import { UL_RATES_kbps } from "../../wire/triggerinfo.ts";
import { FIELDS, shifted } from "../fields.ts";
import type { Choice, Filled } from "../protocol.ts";

/** What a field of names may be, by its path. */
export function choicesOf(modules: readonly string[]): Record<string, readonly Choice[]> {
  const named = (all: Readonly<Record<string, { readonly summary: string }>>): Choice[] =>
    Object.entries(all).map(([name, { summary }]) => ({ name, summary }));
  const plain = (...names: readonly (string | number)[]): Choice[] =>
    names.map((name) => ({ name: String(name), summary: "" }));
  const orNone = (choices: Choice[]): Choice[] => [{ name: "", summary: "none" }, ...choices];
  const rectifiers = orNone(plain(...Object.keys(RECTIFIERS)));
  return {
    "stations.storage": named(KNOWN_PROFILES.storage),
    "stations.mcu": named(KNOWN_PROFILES.mcu),
    "stations.nvm": named(KNOWN_PROFILES.nvm),
    "stations.radio": named(KNOWN_PROFILES.radio),
    "stations.module": plain(...modules),
    "stations.ram": plain(...RAM_POLICIES),
    "harvest.source": plain("energizer", "constant", "markov", "fitted", "trace"),
    "harvest.offset": plain("random", "none"),
    "harvest.fitted.name": named(FITTED),
    "harvest.fitted.rectifier": rectifiers,
    "harvest.trace.gap": plain("error", "hold", "zero"),
    "harvest.trace.cell": orNone(plain(...Object.keys(CELLS))),
    "harvest.trace.rectifier": rectifiers,
    "ap.profile": plain(...PROFILES.map(({ name }) => name)),
    "ap.to": plain("broadcast", "each"),
    "ap.dl_rate_kbps": plain(...DL_RATES_kbps),
    "ap.ul_rate_kbps": plain(...UL_RATES_kbps),
  };
}

/** A built-in scenario with the first sentences of its own remark. */
export function presetsOf(scenarios: Readonly<Record<string, string>>): Choice[] {
  return Object.entries(scenarios).map(([name, yaml]) => {
    const remark = /^(?:# .*\n)+/.exec(yaml)?.[0].replaceAll(/^# /gm, "").replaceAll("\n", " ").trim() ?? "";
    return { name, summary: name === "default" ? "Four stations near an RF energizer for a minute." : remark };
  });
}

/** What a part that may be left empty has of its own. */
export function usualOf({ texts }: Filled): Record<string, string> {
  const storage = KNOWN_PROFILES.storage[texts["stations.storage"] as keyof typeof KNOWN_PROFILES.storage];
  if (!storage) return {};
  const numbers: Readonly<Record<string, { readonly value: number } | undefined>> = {
    "override.storage.capacitance_F": storage.capacitance_F,
    "override.storage.vOn_V": storage.vOn_V,
    "override.storage.vOff_V": storage.vOff_V,
  };
  return Object.fromEntries(
    FIELDS.flatMap(({ path, shift = 0 }) => {
      const number = numbers[path];
      return number ? [[path, shifted(String(number.value), -shift)]] : [];
    }),
  );
}
