/**
 * What a HANDOVER costs the station, beside the calls it is like: run on the metered module, priced on the parts of the
 * default scenario as every handshake is (host/handshake). `npx tsx tests/handover/cost.ts [--json]` prints it; the table of
 * docs/PROTOCOL.md section 9 is held to it.
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { builtModule, builtNames } from "../../host/build/build.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { Nvm } from "../../host/device/nvm.ts";
import { Device } from "../../host/device/runner.ts";
import { Silicon } from "../../host/device/silicon.ts";
import { ONE_EACH, type Weights } from "../../host/device/weights.ts";
import { endless } from "../../host/handshake/price.ts";
import { Recorder } from "../../host/handshake/recorder.ts";
import { played, type Step } from "../../host/handshake/step.ts";
import { profilesOf } from "../../host/sim/profiles.ts";
import { checkScenario } from "../../host/sim/scenario/read.ts";
import { TwinAp } from "../twin/ap.ts";
import { AA_LOW, COMPACT, labelled, MODIFIER, MODIFIER_PRIME, PSK, SPA } from "../vectors/world.ts";
import { ENTRY, entryOf, handover, handoverWrapped, K, NextAp, ROAMING_IMAGE } from "./bed.ts";

const AIR = { dlRate_kbps: 1000, ulRate_kbps: 1000, padding_us: 36 } as const;
const READING = new Uint8Array(16).fill(0x21);
/** A Cortex-M4 cycle is that much fuel. */
const FUEL_PER_CYCLE = 16;

type Build = "release" | "roaming";

/** A station in a power cycle of its own, whose cache has the serving AP's PMK, and the frame whose call is measured. */
interface Case {
  readonly name: string;
  readonly build: Build;
  readonly entry?: Uint8Array;
  readonly frame: (life: Life) => Uint8Array;
}

interface Row {
  readonly name: string;
  readonly build: Build;
  readonly instructions: number;
  /** By the weights of a Cortex-M4. */
  readonly cycles: number;
  readonly nvmRead_octets: number;
  readonly nvmWritten_octets: number;
  /** The frame received, the call, its NVM, and the answer sent. */
  readonly e_uJ: number;
  readonly t_us: number;
}

class Life {
  readonly ap = new TwinAp(AA_LOW, MODIFIER);
  readonly stranger = new TwinAp(AA_LOW, labelled("cost, another Modifier", 8));
  readonly next = new NextAp(K, {
    crypto: { ...nodeCrypto, randomBytes: (length) => labelled("cost, ANonce", length) },
  });
  readonly device: Device;
  readonly recorder = new Recorder();
  #aNonces = 0;

  constructor(silicon: Silicon, image: Uint8Array) {
    for (const ap of [this.ap, this.stranger]) ap.enrol(SPA, 0, PSK);
    const noise = labelled("cost, noise", 32);
    const entropy = (into: Uint8Array): boolean => {
      into.set(noise);
      return true;
    };
    const options = { nvm: new Nvm(image), power: this.recorder, entropy, ram: "lost", random: () => 0 } as const;
    this.device = new Device(silicon, options);
    this.powerUp();
    this.receive(this.waiting().confirm().frame);
    this.powerUp();
  }

  powerUp(): void {
    this.device.powerUp();
    assert.equal(this.device.boot(), 0);
    assert.equal(this.device.setPayload(READING, true), 0);
  }

  m1(ap = this.ap): Uint8Array {
    return ap.trigger({ profile: COMPACT, spa: SPA, aNonce: labelled(`cost, ANonce ${this.#aNonces++}`, 16) });
  }

  waiting() {
    const session = this.ap.respond(this.receive(this.m1()) ?? new Uint8Array(0));
    assert.ok(session, "the AP takes the M2");
    return session;
  }

  receive(frame: Uint8Array): Uint8Array | undefined {
    const answer = this.device.receive(frame);
    assert.equal(answer?.status, 0, "the frame is taken");
    return answer.frame;
  }
}

const plain = (build: Build): Case => ({ name: "M3", build, frame: (life) => life.waiting().confirm().frame });
const telling = (name: string, command: Uint8Array, entry?: Uint8Array): Case => ({
  name,
  build: "roaming",
  entry,
  frame: (life) => life.waiting().command(command).frame,
});

const CASES: readonly Case[] = [
  plain("release"),
  plain("roaming"),
  { name: "M3 with UPDATE", build: "release", frame: (life) => life.waiting().update(MODIFIER_PRIME).frame },
  telling("M3 with HANDOVER", handover()),
  telling("M3 with HANDOVER, over another entry", handover(), entryOf(labelled("cost, another K", 32))),
  telling("M3 with HANDOVER, the same again", handover(), entryOf(K)),
  telling("M3 with HANDOVER WRAPPED", handoverWrapped()),
  { name: "M1, PMK cached", build: "release", frame: (life) => life.m1() },
  { name: "M1, PMK cached", build: "roaming", frame: (life) => life.m1() },
  { name: "M1, PMK derived", build: "release", frame: (life) => life.m1(life.stranger) },
  { name: "M1, PMK derived", build: "roaming", frame: (life) => life.m1(life.stranger) },
  { name: "M1 of the next AP", build: "roaming", entry: entryOf(K), frame: (life) => life.next.m1() },
];

/** Steps of the measured call, with the radio's around them. */
function stepsOf({ entry, frame: frameFor }: Case, silicon: Silicon): Step[] {
  const image = ROAMING_IMAGE.slice();
  if (entry) image.set(entry, ENTRY.offset);
  const life = new Life(silicon, image);
  const frame = frameFor(life);
  life.recorder.take();
  const answer = life.receive(frame);
  const around = answer ? [{ kind: "tx", octets: answer.length } as const] : [];
  return [{ kind: "rx", octets: frame.length }, ...life.recorder.take(), ...around];
}

const sum = (steps: readonly Step[], kind: "cpu" | "nvmRead" | "nvmWrite"): number =>
  steps.reduce((total, step) => total + (step.kind === kind ? ("fuel" in step ? step.fuel : step.octets) : 0), 0);

function endlessOf() {
  const profiles = profilesOf(checkScenario({}, "the default parts"));
  return { profiles, supply: endless(profiles) };
}

/** All cases, in the order of the page's table. */
export async function costs(): Promise<{ readonly parts: string; readonly rows: readonly Row[] }> {
  const { profiles } = endlessOf();
  const { mcu, nvm, radio } = profiles;
  const silicons = new Map<Build, Map<Weights, Silicon>>();
  for (const build of ["release", "roaming"] as const) {
    const [octets, names] = [await builtModule(build), await builtNames(build)];
    const own = [ONE_EACH, mcu.weights].map((weights) => [weights, new Silicon(octets, { weights, names })] as const);
    silicons.set(build, new Map(own));
  }
  const rows = CASES.map((one): Row => {
    const of = (weights: Weights): Step[] => {
      const silicon = silicons.get(one.build)?.get(weights);
      assert.ok(silicon);
      return stepsOf(one, silicon);
    };
    const steps = of(mcu.weights);
    const { supply } = endlessOf();
    assert.ok(played(steps, supply, AIR), one.name);
    return {
      name: one.name,
      build: one.build,
      instructions: sum(of(ONE_EACH), "cpu"),
      cycles: Math.round(sum(steps, "cpu") / FUEL_PER_CYCLE),
      nvmRead_octets: sum(steps, "nvmRead"),
      nvmWritten_octets: sum(steps, "nvmWrite"),
      e_uJ: supply.ledger.total_J() * 1e6,
      t_us: supply.t_s * 1e6,
    };
  });
  return { parts: `${mcu.name}, ${nvm.name}, ${radio.name}`, rows };
}

/** As the page has it. */
export function tableOf(rows: readonly Row[]): string[] {
  return rows.map(
    ({ name, build, instructions, cycles, nvmRead_octets, nvmWritten_octets, e_uJ }) =>
      `| ${name} | ${build} | ${instructions} | ${cycles} | ${nvmRead_octets} | ${nvmWritten_octets} | ${e_uJ.toFixed(2)} |`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { parts, rows } = await costs();
  if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify({ parts, rows }, null, 2)}\n`);
  else process.stdout.write(`${parts}\n${tableOf(rows).join("\n")}\n`);
}
