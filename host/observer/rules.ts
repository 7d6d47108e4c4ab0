/*
 * The rules that an observer holds a run to (PROTOCOL.md section 4a, and the last line of section 6), and how often each
 * was looked at and broken.
 */

export const RULES = {
  "AMP-R1": "no key, address and PN for two different frames; the same M1 gets the same M2",
  "AMP-R2": "no SNonce twice",
  "AMP-R3": "a reading, of an M2 or of Data, is taken as it was sent and once; at most one M2 an ANonce",
  "AMP-R4": "a frame that fails a check changes neither state nor NVM; no M3 but the AP's own is taken",
  "AMP-R5": "a power-up starts without a session; nothing of M1 or M3 is handed out before the M3 is verified",
  "AMP-R6": "no secret decides a branch, an address or a loop count",
  "AMP-R7": "whatever happened, the station boots and answers the next M1",
  "section 6": "device and key service share a root",
  energy: "what is harvested is stored, spent, leaked or clipped, and all that is spent is accounted for, to 1e-9",
} as const;

export type Rule = keyof typeof RULES;

/** What an observer found out about a rule. */
export interface Verdict {
  readonly rule: Rule;
  readonly says: string;
  /** How often it was looked at; 0: nothing in this run could show it. */
  readonly checked: number;
  readonly violations: number;
  /** The first violation, in a sentence. */
  readonly first?: string;
}

export class Verdicts {
  readonly #checked: Partial<Record<Rule, number>> = {};
  readonly #broken: Partial<Record<Rule, { count: number; first: string }>> = {};

  /** Looks at a rule once; `sentence` tells what happened if it is broken. */
  hold(rule: Rule, isKept: boolean, sentence: () => string): void {
    this.#checked[rule] = (this.#checked[rule] ?? 0) + 1;
    if (isKept) return;
    const broken = this.#broken[rule];
    if (broken) broken.count++;
    else this.#broken[rule] = { count: 1, first: sentence() };
  }

  get violations(): number {
    return Object.values(this.#broken).reduce((sum, { count }) => sum + count, 0);
  }

  list(): Verdict[] {
    return (Object.keys(RULES) as Rule[]).map((rule) => {
      const broken = this.#broken[rule];
      const verdict = { rule, says: RULES[rule], checked: this.#checked[rule] ?? 0, violations: broken?.count ?? 0 };
      return broken ? { ...verdict, first: broken.first } : verdict;
    });
  }
}
