/*
 * The ways to a PMK that have been discussed in public (motion 113 says only that there shall be one), each in front of the
 * same exchange: compact, CCM, with its M3. Those that the module has are run; the others are put together from runs, or
 * counted.
 */
import { ONE_EACH, type Weights } from "../device/weights.ts";
import { MODIFIER_OCTETS } from "../wire/trigger.ts";
import { countedBefore } from "./counted.ts";
import { SAE } from "./models.ts";
import type { Step } from "./step.ts";
import type { Way } from "./way.ts";

/** How a PMK comes about, and what follows from it. */
export interface Scheme {
  readonly scheme: string;
  /** Name of the way that uses it. */
  readonly way: string;
  /** Where it was proposed, or stands. */
  readonly source: string;
  /** In the device's NVM, beside its root. */
  readonly kept: string;
  /** What somebody has who has broken into one AP. */
  readonly brokenAp: string;
  /** What has to happen before a device can talk to an AP that it has never met. */
  readonly newAp: string;
  /** Whether recorded sessions stay closed when the root leaks. */
  readonly isForwardSecret: boolean;
}

const EXCHANGE = "AMP compact, CCM";
const OWN = {
  derived: `${EXCHANGE}, PMK derived`,
  cached: `${EXCHANGE}, PMK cached`,
  direct: `${EXCHANGE}, direct mode`,
};
const MADE = {
  ofAddress: `${EXCHANGE}, PMK of the AP's address`,
  stored: `${EXCHANGE}, PMK stored for each AP`,
  eapPsk: `${EXCHANGE}, PMK by EAP-PSK in each life`,
  sae: `${EXCHANGE}, PMK by SAE in each life`,
};

/** Octets of a PMK cache entry (PROTOCOL.md section 7), which is what a stored PMK would take. */
const ENTRY_octets = 92;

/** A broken AP opens what is under its own PMKs, nothing is asked of a device that meets a new one. */
const PER_AP = {
  kept: "nothing",
  brokenAp: "the PMKs of its devices",
  newAp: "the AP gets a PMK",
  isForwardSecret: false,
};

export const SCHEMES: readonly Scheme[] = [
  {
    scheme: "hash(Modifier, root), the Modifier in M1",
    way: OWN.derived,
    source: "11-26/0598r1 SP1; this profile, which adds AA and SPA",
    ...PER_AP,
  },
  {
    scheme: "the same, the last PMK cached",
    way: OWN.cached,
    source: "this profile",
    ...PER_AP,
    kept: `${ENTRY_octets} octets, of the last AP`,
  },
  {
    scheme: "hash(AA, root), no Modifier",
    way: MADE.ofAddress,
    source: "11-25/0831; SP2 and SP3 of msg00288",
    ...PER_AP,
  },
  {
    scheme: "the PSK is the PMK",
    way: OWN.direct,
    source: "11-25/0819r0 [2]; this profile's direct mode",
    ...PER_AP,
    brokenAp: "the roots of its devices",
    newAp: "the AP gets the root",
  },
  {
    scheme: "a PMK for each AP, put into the device",
    way: MADE.stored,
    source: "as RSN has a PSK for each network",
    ...PER_AP,
    kept: `${ENTRY_octets} octets for each AP`,
    newAp: "the AP and the device get a PMK",
  },
  {
    scheme: "EAP-PSK, a new PMK in each life",
    way: MADE.eapPsk,
    source: "RFC 4764; the baseline's authentication",
    ...PER_AP,
    brokenAp: "the PMKs of this life",
    newAp: "the AP reaches the EAP server",
  },
  {
    scheme: "EAP-PSK once: its PMK is the root from then on",
    way: "RSN, EAP-PSK (AKM 5), its PMK a root for AMP",
    source: "this project, docs/RSN.md section 9",
    ...PER_AP,
    kept: "the EAP-PSK key and a PMKSA, 112 octets",
    brokenAp: "the roots of devices that got them through it; of others, their PMKs",
    newAp: "the AP gets a PMK; the one that gives roots reaches the EAP server",
  },
  {
    scheme: "SAE, a new PMK in each life",
    way: MADE.sae,
    source: "11-25/0819r0 [1]",
    ...PER_AP,
    brokenAp: "the passwords of its devices",
    newAp: "the AP gets the password",
    isForwardSecret: true,
  },
];

/** The ways of SCHEMES that are not run as they are. `eap`: the baseline's with EAP-PSK and SHA-256, counted with ONE_EACH too. */
export function pmkWays(amp: readonly Way[], eap: Way): Way[] {
  const named = (name: string): Way => {
    const way = amp.find((one) => one.name === name);
    if (!way) throw new Error(`there is no way ${name} to put others together from`);
    return way;
  };
  return [
    withoutModifier(named(OWN.derived), MADE.ofAddress),
    withoutModifier(named(OWN.cached), MADE.stored),
    withEap(named(OWN.direct), eap),
    countedBefore(SAE, named(OWN.direct), MADE.sae),
  ];
}

/**
 * The same with an M1 that is shorter by the Modifier. What the device computes is left as it was: the PMK's input is one
 * block with the Modifier and without it.
 */
function withoutModifier(way: Way, name: string): Way {
  const steps = (weights: Weights): Step[] => {
    let isM1 = true;
    return way.steps(weights).map((step) => {
      if (step.kind !== "rx" || !isM1) return step;
      isM1 = false;
      return { ...step, octets: step.octets - MODIFIER_OCTETS };
    });
  };
  return { ...way, name, basis: "composed", m4: null, steps, dl_octets: way.dl_octets - MODIFIER_OCTETS };
}

/** The baseline's EAP, from the first request to EAP-Success, in front of the exchange, whose noise serves both. */
function withEap(exchange: Way, eap: Way): Way {
  const part = (weights: Weights): Step[] => eapOf(eap.steps(weights)).filter(({ kind }) => kind !== "entropy");
  const unit = part(ONE_EACH);
  const octets = (kind: "rx" | "tx"): number =>
    unit.reduce((sum, step) => sum + (step.kind === kind ? step.octets : 0), 0);
  const fuel = unit.reduce((sum, step) => sum + (step.kind === "cpu" ? step.fuel : 0), 0);
  return {
    ...exchange,
    ...{ name: MADE.eapPsk, basis: "composed", m4: null },
    wasm: exchange.wasm === null ? null : exchange.wasm + fuel,
    frames: exchange.frames + unit.filter(({ kind }) => kind === "rx" || kind === "tx").length,
    dl_octets: exchange.dl_octets + octets("rx"),
    ul_octets: exchange.ul_octets + octets("tx"),
    slotted: unit.filter(({ kind }) => kind === "tx").length,
    steps: (weights) => {
      const [start, ...rest] = exchange.steps(weights);
      return [start, ...part(weights), ...rest];
    },
  };
}

/** From the frame that the first computing of phase pmk is for to its last: EAP alone is of that phase in the baseline. */
function eapOf(steps: readonly Step[]): readonly Step[] {
  const isPmk = (step: Step): boolean => step.kind === "cpu" && step.phase === "pmk";
  const first = steps.findIndex(isPmk);
  return steps.slice(
    steps.slice(0, first).findLastIndex(({ kind }) => kind === "rx"),
    steps.findLastIndex(isPmk) + 1,
  );
}
