/** Runs a target as the verb does, in a few lines. */
import { nodeCrypto } from "../../host/crypto/node.ts";
import type { Attacker } from "../../host/fuzz/attacker.ts";
import { Fuzzer } from "../../host/fuzz/engine.ts";
import type { Target } from "../../host/fuzz/target.ts";
import { streamsOf } from "../../host/sim/streams.ts";

/** Up to `runs` executions, or to the first finding. */
export async function fuzzed<Input>(
  target: Target<Input>,
  runs: number,
  { seed = 1, attacker }: { readonly seed?: number; readonly attacker?: Attacker<Input> } = {},
): Promise<Fuzzer<Input>> {
  const fuzzer = new Fuzzer(target, streamsOf(nodeCrypto, seed)(`fuzz ${target.name}`), [], attacker);
  while (fuzzer.executions < runs && fuzzer.found.length === 0) await fuzzer.step();
  return fuzzer;
}

/** What was found, for a message: nothing, or each finding and its input in words. */
export function told<Input>(target: Target<Input>, { found }: Fuzzer<Input>): string {
  return found
    .map(({ finding, input }) => `${finding.rule}: ${finding.message}\n${target.describe(input).join("\n")}`)
    .join("\n\n");
}
