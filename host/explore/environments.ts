/*
 * Where a device may have to live: noise that is not what it should be, NVM that is worn out. What a rule's own words do
 * not promise there is stated, with its reason; anything else that breaks is a violation like everywhere.
 */
import type { WitnessedRule } from "../observer/witness.ts";
import { constantNoise, failingNoise, freshNoise, type Noise, stuckNoise } from "./noise.ts";
import type { WorldOptions } from "./world.ts";

/** A rule that does not hold there, and why. */
interface Statement {
  readonly rule: WitnessedRule;
  readonly because: string;
}

export interface Environment {
  readonly name: string;
  readonly says: string;
  readonly noise: (label: string) => Noise;
  readonly worn?: WorldOptions["worn"];
  readonly breaks: readonly Statement[];
  /** No SNonce is made there at all, so no exchange ends well: the noise is good up to the call that power fails in. */
  readonly isSilent?: boolean;
}

const WEAR = [
  { name: "counter-worn", says: "no write to the boot counter's cells succeeds", worn: { from: 16, end: 32 } },
  { name: "counter-worn-0", says: "no write to cell 0 of the boot counter succeeds", worn: { from: 16, end: 24 } },
  { name: "counter-worn-1", says: "no write to cell 1 of the boot counter succeeds", worn: { from: 24, end: 32 } },
] as const;

/** One worn cell is as bad as two: the next value always goes to the other one (section 7), and stays there unwritten. */
const COUNTER_STANDS: readonly Statement[] = [
  { rule: "AMP-R2", because: "neither of the two things that keep an SNonce from repeating is left" },
  {
    rule: "AMP-R1",
    because: "a replayed M1 and a repeated SNonce give the PTK of before, and another reading goes under it",
  },
  { rule: "AMP-R4", because: "the session of before comes again with its PTK, and so its M3 is taken again" },
  { rule: "AMP-R5", because: "what that replayed M3 brings is handed out again" },
];

const SILENT: Statement = {
  rule: "AMP-R7",
  because:
    "noise that fails its test silences the device (R2): there is no SNonce, so no exchange, until it is good again",
};

export const ENVIRONMENTS: readonly Environment[] = [
  { name: "plain", says: "good noise, good NVM", noise: freshNoise, breaks: [] },
  {
    name: "entropy-constant",
    says: "every draw gives the same octets, which pass the test",
    noise: constantNoise,
    breaks: [],
  },
  ...[24, 31].map((after_octets) => ({
    name: `entropy-stuck-${after_octets}`,
    says: `the source sticks after ${after_octets} octets of a draw`,
    noise: (label: string) => stuckNoise(label, after_octets),
    breaks: after_octets > 26 ? [] : [SILENT],
    isSilent: after_octets <= 26,
  })),
  {
    name: "entropy-stuck-0",
    says: "the source gives one octet again and again",
    noise: (label) => stuckNoise(label, 0),
    breaks: [SILENT],
    isSilent: true,
  },
  {
    name: "entropy-failing",
    says: "the source says that it failed",
    noise: () => failingNoise,
    breaks: [SILENT],
    isSilent: true,
  },
  ...WEAR.flatMap(({ name, says, worn }): Environment[] => [
    { name, says, noise: freshNoise, worn, breaks: [] },
    {
      name: `${name}-entropy-constant`,
      says: `${says}, and every draw gives the same octets`,
      noise: constantNoise,
      worn,
      breaks: COUNTER_STANDS,
    },
  ]),
];

export function environmentNamed(name: string): Environment | undefined {
  return ENVIRONMENTS.find((environment) => environment.name === name);
}
