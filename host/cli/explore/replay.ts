/** One story told again: the death, the adversary, the honest end, every frame decoded as `ampcore decode` does. */
import { nodeCrypto } from "../../crypto/node.ts";
import { Machine } from "../../explore/machine.ts";
import { pointText, type Story, storyOf, tell } from "../../explore/story.ts";
import { variantName } from "../../explore/variant.ts";
import { HONEST, PSK, SPA, type World } from "../../explore/world.ts";
import { pmkOf } from "../../keys/roots.ts";
import { checkDownlink } from "../../wire/check.ts";
import { Explainer } from "../../wire/explain/explain.ts";
import { explanationJson } from "../../wire/explain/json.ts";
import { FC } from "../../wire/fc.ts";
import { MAC } from "../../wire/mac.ts";
import { toHex } from "../../wire/octets.ts";
import { coloursOf } from "../terminal.ts";
import { UsageError } from "../verb.ts";

interface Replay {
  readonly story: Story;
  readonly world: World;
}

/** @throws UsageError for what names no story. */
export function replayed(octets: Uint8Array, token: string): Replay {
  try {
    const story = storyOf(token);
    return { story, world: tell({ ...HONEST, machine: new Machine(octets) }, story) };
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--replay ${error.message}`);
    throw error;
  }
}

/** 1 if a rule was broken that is not stated to break there. */
export function printReplay({ story, world }: Replay, json: boolean): 0 | 1 {
  const { violations } = world.witness;
  const { breaks } = story.environment;
  const isBroken = violations.some(({ rule }) => !breaks.some((stated) => stated.rule === rule));
  const lines = decoded(world);
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ story: told(story), events: lines.map(({ json }) => json), violations }, null, 2)}\n`,
    );
    return isBroken ? 1 : 0;
  }
  const { bold, dim, red, green } = coloursOf(process.stdout);
  for (const line of told(story)) process.stdout.write(`${bold(line)}\n`);
  for (const { head, body } of lines) {
    process.stdout.write(`\n${head}\n`);
    for (const line of body) process.stdout.write(`${dim(`    ${line}`)}\n`);
  }
  process.stdout.write("\n");
  for (const { rule, what } of violations) process.stdout.write(`${red(`${rule}: ${what}`)}\n`);
  process.stdout.write(
    `${isBroken ? red(`${violations.length} violations`) : green(violations.length === 0 ? "0 violations" : "only what is stated to break here")}\n`,
  );
  return isBroken ? 1 : 0;
}

function told({ exchange, variant, environment, point, second, continuation }: Story): string[] {
  const deaths = [point, ...(second ? [second] : [])].map(pointText).join(", then ");
  return [
    `${exchange.name}, ${variantName(variant)}: ${exchange.says}`,
    `environment ${environment.name}: ${environment.says}`,
    `${point.kind === "read" ? "NVM cannot be read at" : "power fails at"} ${deaths}; then ${continuation.says}`,
  ];
}

interface Line {
  readonly head: string;
  readonly body: readonly string[];
  readonly json: unknown;
}

/** Every event; frames with their fields, their MIC tried under the PMK of the PSK's generation. */
function decoded(world: World): Line[] {
  const explainers = new Map<string, Explainer>();
  let current: Explainer | undefined;
  return world.events.map(({ from, octets, note }) => {
    if (from === "note") return { head: `-- ${note}`, body: [], json: { note } };
    const m1 = octets[MAC.fc] === FC.Trigger ? checkDownlink(octets).frame : undefined;
    if (m1?.type === "Trigger") {
      const key = toHex(m1.aa) + toHex(m1.modifier ?? new Uint8Array(0));
      const pmk = pmkOf(nodeCrypto, PSK, m1.modifier, { aa: m1.aa, spa: SPA });
      current = explainers.get(key) ?? new Explainer(nodeCrypto, { pmk, spa: SPA });
      explainers.set(key, current);
    }
    const explanation = (current ?? new Explainer(nodeCrypto, { spa: SPA })).explain(octets);
    const { type, verdicts, rows, payloadRows } = explanation;
    const head = `${from}: ${type ?? "no frame"}, ${octets.length} octets${note === "" ? "" : `, ${note}`}`;
    const fields = [...rows, ...payloadRows].filter(({ of }) => of === undefined);
    const body = [
      toHex(octets),
      ...fields.map(
        ({ field, octets: own, value, meaning }) => `${field.padEnd(16)}${value || toHex(own)}  ${meaning}`,
      ),
      ...verdicts.map(
        ({ by, taken, status, why }) => `the ${by} ${taken ? "takes it" : `refuses it (${status})`}: ${why}`,
      ),
    ];
    return { head, body, json: { from, note, ...explanationJson(explanation) } };
  });
}
