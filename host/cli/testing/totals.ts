/** How many tests a run had, by outcome. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The lines of the tests that were left out, each with its reason: "﹣ title (0.1ms) # reason". */
export function skippedLines({ lines }: Run): string[] {
  return lines.map((line) => line.trim()).filter((line) => line.startsWith("﹣ "));
}

/** What a runner left behind: its lines, without colours, and its exit code (null: it was killed). */
export interface Run {
  readonly lines: readonly string[];
  readonly code: number | null;
}

/**
 * as-pect reports each suite as "✔ tests/unit/sha256.spec.ts Pass: 3 / 3 Todo: 0 Time: 1.2ms", and ends at once when
 * one does not compile: the suites before it are counted, and it is one failure.
 */
export function unitTotals({ lines, code }: Run): Totals {
  let passed = 0;
  let failed = 0;
  for (const line of lines) {
    const [, pass, total] = /^(?:✔|❌) .+ Pass: (\d+) \/ (\d+) Todo: \d+ Time: /.exec(line) ?? [];
    if (total === undefined) continue;
    passed += Number(pass);
    failed += Number(total) - Number(pass);
  }
  return { passed, failed: atLeastOne(failed, code), skipped: 0 };
}

/** node:test's spec reporter counts at its end, in lines like "ℹ pass 12"; what it calls cancelled did not pass. */
export function hostTotals({ lines, code }: Run): Totals {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const [, name, number] = /^ℹ (\w+) (\d+)$/.exec(line) ?? [];
    if (name !== undefined) counts.set(name, Number(number));
  }
  const of = (name: string) => counts.get(name) ?? 0;
  return { passed: of("pass"), failed: atLeastOne(of("fail") + of("cancelled"), code), skipped: of("skipped") };
}

export function sum(totals: readonly Totals[]): Totals {
  const add = (key: keyof Totals) => totals.reduce((total, one) => total + one[key], 0);
  return { passed: add("passed"), failed: add("failed"), skipped: add("skipped") };
}

/** A runner that did not end well had a failure, whether it lived to count it or not. */
function atLeastOne(failed: number, code: number | null): number {
  return failed === 0 && code !== 0 ? 1 : failed;
}
