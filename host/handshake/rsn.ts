/*
 * The ways of the baseline: open-system authentication, association, 4-way handshake, and the reading in a CCMP frame, by
 * the RSN station on the same core and meter (docs/RSN.md), with the project's RSN AP.
 *
 * Assumption: the frames go over the same air as AMP's, at its rates, with the header and the FCS that 802.11 has; the
 * station finds its AP by waiting for a Beacon, half a Beacon interval in the mean, and the AP answers within a SIFS, its
 * EAP server too, as if both were one machine: a RADIUS server behind a network makes the station listen longer. What
 * hardware does, acknowledgements among it, costs nothing here, on either side of the comparison.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AMP_SIFS } from "../channel/airtime.ts";
import { Nvm } from "../device/nvm.ts";
import { ONE_EACH, type Weights } from "../device/weights.ts";
import { EmulatedRsn } from "../mcu/emulated.ts";
import type { Firmware } from "../mcu/firmware.ts";
import { instructionsIn } from "../mcu/phases.ts";
import type { RsnAp } from "../rsn/ap/rsnap.ts";
import { BEACON_INTERVAL_s } from "../rsn/ap/transmitter.ts";
import { ETHERTYPE, emitMsdu } from "../rsn/frames/llc.ts";
import { FCS_OCTETS } from "../rsn/frames/mpdu.ts";
import { type Pair, pairOf, SPA } from "../rsn/pair.ts";
import type { RsnAnswer } from "../rsn/peer.ts";
import { RootScene } from "../rsn/rootscene.ts";
import { phaseOf, RsnDevice, rsnSilicon } from "../rsn/station/device.ts";
import type { RsnAkm } from "../rsn/station/record.ts";
import { Recorder } from "./recorder.ts";
import type { Step } from "./step.ts";
import type { Way } from "./way.ts";

const us = 1e-6;
const SEED = 1;
const SIFS_s = AMP_SIFS.value * us;
/** In the mean. */
const BEACON_WAIT_s = BEACON_INTERVAL_s / 2;

export interface RsnMaterials {
  readonly module: Uint8Array;
  readonly weights: readonly Weights[];
  readonly reading_octets: number;
  /** Left out: no instructions of the emulated core are counted. */
  readonly firmware?: Firmware;
}

/** A frame that went over the air. */
interface Sent {
  readonly isUp: boolean;
  readonly octets: number;
}

/** A station as this conversation uses it; what is refused is thrown. */
interface Talker {
  boot(): unknown;
  start(): Uint8Array | Promise<Uint8Array>;
  receive(mpdu: Uint8Array): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  send(msdu: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** Of docs/RSN.md section 3. */
  currentState(): number | Promise<number>;
}

/** Puts a frame on the air and lets the other end have it. */
type Down = (frame: Uint8Array) => Promise<Uint8Array | undefined>;
type Up = (frame: Uint8Array) => ReturnType<RsnAp["receive"]>;

interface Talked {
  readonly steps: readonly Step[];
  readonly sent: readonly Sent[];
  /** Of the station from M1 to M2. */
  readonly answer: readonly Step[];
}

interface Case {
  readonly name: string;
  readonly akm: RsnAkm;
  /** The station has associated before: both ends keep the PMKSA. */
  readonly isCached?: boolean;
  /** In place of a reading: the PMK becomes a root of the AMP station (docs/RSN.md section 9). */
  readonly adopts?: boolean;
}

const CASES: readonly Case[] = [
  { name: "RSN, PSK with SHA-1 (AKM 2)", akm: 2 },
  { name: "RSN, PSK with SHA-256 (AKM 6)", akm: 6 },
  { name: "RSN, EAP-PSK with SHA-1 (AKM 1)", akm: 1 },
  { name: "RSN, EAP-PSK with SHA-256 (AKM 5)", akm: 5 },
  { name: "RSN, PMKSA cached (AKM 5)", akm: 5, isCached: true },
  { name: "RSN, EAP-PSK (AKM 5), its PMK a root for AMP", akm: 5, adopts: true },
];

export function rsnWays(materials: RsnMaterials): Promise<Way[]> {
  return Promise.all(CASES.map((one) => rsnWay(one, materials)));
}

async function rsnWay(one: Case, materials: RsnMaterials): Promise<Way> {
  const { name } = one;
  const unit = await metered(materials, one, ONE_EACH);
  const lists = new Map<Weights, Talked>();
  for (const table of materials.weights) lists.set(table, await metered(materials, one, table));
  const of = (table: Weights): Talked => {
    const list = lists.get(table);
    if (!list) throw new Error(`${name} was not counted with these weights`);
    return list;
  };
  const octets = (isUp: boolean): number =>
    unit.sent.reduce((sum, one) => sum + (one.isUp === isUp ? one.octets : 0), 0);
  return {
    name,
    family: "RSN",
    steps: (table) => of(table).steps,
    frames: unit.sent.length,
    dl_octets: octets(false),
    ul_octets: octets(true),
    wasm: unit.steps.reduce((sum, step) => sum + (step.kind === "cpu" ? step.fuel : 0), 0),
    m4: materials.firmware ? await emulated(materials, one, materials.firmware) : null,
    answer: (table) => of(table).answer,
    slot_s: null,
  };
}

/** The other end, the station's record and its noise, the same each time; what follows the association. */
interface Scene extends Pair {
  readonly after: After;
}

/** Sends a frame of the station to the AP. */
type After = (station: Talker, air: { down: Down; up: Up }) => Promise<void>;

async function scene(
  { module, reading_octets }: RsnMaterials,
  { akm, isCached = false, adopts }: Case,
): Promise<Scene> {
  if (adopts) return adoption(akm);
  const pair = { ...pairOf({ akm, seed: SEED }), after: reads(reading_octets) };
  if (!isCached) return pair;
  const { talker, nvm } = onPower(module, ONE_EACH, pair, new Recorder());
  await converse(talker, pair, () => []);
  return { ...pair, image: nvm.octets };
}

/** The reading, in a protected frame. */
function reads(reading_octets: number): After {
  return async (station, { up }) => {
    const msdu = emitMsdu({ etherType: ETHERTYPE.reading, data: new Uint8Array(reading_octets) });
    if (!up(await station.send(msdu)).msdu) throw new Error("an honest reading was refused");
  };
}

/** The device has an AMP record without a root, and the key service expects it. */
function adoption(akm: RsnAkm): Scene {
  const { pair, image, service, desk } = new RootScene({ akm, seed: SEED });
  return {
    ...pair,
    image,
    after: async (_, { down, up }) => {
      for (let frame = desk.begin(SPA); frame; ) {
        const answer = await down(frame);
        const { msdu } = answer ? up(answer) : {};
        const next = msdu && desk.receive(msdu);
        frame = next === "other" ? undefined : next;
      }
      const { generation, updatingTo } = service.progressOf(SPA);
      if (generation !== 0 || updatingTo !== undefined) throw new Error("the device did not adopt the root");
    },
  };
}

async function metered(materials: RsnMaterials, one: Case, weights: Weights): Promise<Talked> {
  const held = await scene(materials, one);
  const power = new Recorder();
  const { talker } = onPower(materials.module, weights, held, power);
  return converse(talker, held, () => power.take());
}

/** The module on that power, which is told what each call asks of it, import by import. */
function onPower(module: Uint8Array, weights: Weights, { image, entropy }: Pair, power: Recorder) {
  const nvm = new Nvm(image, image.length);
  const device = new RsnDevice(rsnSilicon(module, weights), { nvm, power, entropy, ram: "lost", random: () => 0 });
  device.powerUp();
  const talker: Talker = {
    boot: () => device.boot(),
    start: () => sentBy(device.start()),
    receive: (mpdu) => taken(device.receive(mpdu)).frame,
    send: (msdu) => sentBy(device.send(msdu)),
    currentState: () => device.state(),
  };
  return { talker, nvm };
}

/** @throws Error when the station refused: everything here is honest. */
function taken(answer: RsnAnswer | undefined): RsnAnswer {
  if (answer?.status !== 0) throw new Error(`an honest call of the RSN station was answered with ${answer?.status}`);
  return answer;
}

function sentBy(answer: RsnAnswer | undefined): Uint8Array {
  const { frame } = taken(answer);
  if (!frame) throw new Error("the RSN station had nothing to send");
  return frame;
}

/** Instructions of the emulated core in the same conversation. */
async function emulated(materials: RsnMaterials, one: Case, firmware: Firmware): Promise<number> {
  const held = await scene(materials, one);
  const { image, entropy } = held;
  const folder = mkdtempSync(join(tmpdir(), "ampcore-handshake-"));
  try {
    writeFileSync(join(folder, "nvm.bin"), image);
    const core = new EmulatedRsn({ firmware, folder, entropy });
    const station: Talker = {
      boot: () => core.boot(),
      start: async () => sentBy(await core.start()),
      receive: async (mpdu) => taken(await core.receive(mpdu)).frame,
      send: async (msdu) => sentBy(await core.send(msdu)),
      currentState: () => core.state(),
    };
    await converse(station, held, () => []);
    const total = instructionsIn(core);
    await core.off();
    return total;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One conversation from power-off to the reading at the AP, or to its root. @throws Error when it does not come to its end. */
async function converse(station: Talker, { ap, after }: Scene, did: () => readonly Step[]): Promise<Talked> {
  const steps: Step[] = [{ kind: "start" }];
  const sent: Sent[] = [];
  let answer: readonly Step[] = [];
  const down: Down = async (frame) => {
    const octets = frame.length + FCS_OCTETS;
    sent.push({ isUp: false, octets });
    steps.push({ kind: "rx", octets });
    const isM1 = phaseOf(frame, await station.currentState()) === "ptk";
    const reply = await station.receive(frame);
    const own = did();
    if (isM1) answer = own;
    steps.push(...own);
    return reply;
  };
  const up: Up = (frame) => {
    steps.push(...did());
    const octets = frame.length + FCS_OCTETS;
    sent.push({ isUp: true, octets });
    steps.push({ kind: "tx", octets });
    return ap.receive(frame, 0);
  };
  const answered = (frame: Uint8Array): readonly Uint8Array[] => {
    const { frames } = up(frame);
    steps.push({ kind: "listen", t_s: SIFS_s });
    return frames;
  };
  await station.boot();
  steps.push(...did(), { kind: "listen", t_s: BEACON_WAIT_s });
  await down(ap.beacon(0));
  const start = await station.start();
  const waiting = [...answered(start)];
  while (waiting.length > 0) {
    const reply = await down(waiting.shift() as Uint8Array);
    if (reply) waiting.push(...answered(reply));
  }
  if (!ap.isAuthorized(SPA)) throw new Error("an honest station was not let in");
  await after(station, { down, up });
  return { steps, sent, answer };
}
