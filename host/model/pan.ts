/** What a verifier that Spin made says at its end. */

export interface Search {
  /** broken: a property fell. incomplete: memory or depth gave out before every state was visited. */
  readonly verdict: "holds" | "broken" | "incomplete";
  readonly states: number;
  readonly transitions: number;
  /** Steps of the longest path. */
  readonly depth: number;
  readonly memory_MB: number;
  readonly seconds: number;
  /** `line: statement` of what no path reaches, but for what a broken property would; empty when one is broken. */
  readonly unreached: readonly string[];
}

/** Reads its output; Error when there is no result in it. */
export function readSearch(output: string): Search {
  const number = (pattern: RegExp): number | undefined => {
    const text = pattern.exec(output)?.[1];
    return text === undefined ? undefined : Number(text);
  };
  const errors = number(/, errors: (\d+)$/m);
  const states = number(/^ *(\S+) states, stored/m);
  const transitions = number(/^ *(\S+) transitions/m);
  const depth = number(/, depth reached (\d+)/);
  const memory_MB = number(/^ *(\S+)\s+total actual memory usage/m);
  if ([errors, states, transitions, depth, memory_MB].includes(undefined)) {
    throw new Error(`a verifier ended without a result: ${output.slice(-500)}`);
  }
  const gaveOut = /max search depth too small|reached -DMEMLIM|out of memory|Search not completed/.test(output);
  return {
    verdict: errors ? "broken" : gaveOut ? "incomplete" : "holds",
    states: states as number,
    transitions: transitions as number,
    depth: depth as number,
    memory_MB: memory_MB as number,
    seconds: number(/^pan: elapsed time (\S+) seconds/m) ?? 0,
    unreached: errors ? [] : unreachedIn(output),
  };
}

/** Processes that have no end, and what only a violation would reach, are meant to be unreached. */
const MEANT = /"-end-"|printf\('BROKEN /;

function unreachedIn(output: string): string[] {
  const lines = output.matchAll(/^\t\S*?([^/\s]+\.pml:\d+), state \d+, (".*")$/gm);
  return [...lines].map(([, place, statement]) => `${place}: ${statement}`).filter((line) => !MEANT.test(line));
}
