/*
 * The NVM record: any 268 octets. amp_boot answers 0 or "NVM failed", as the host's own reading of the record has it, and
 * a device that boots from them goes through an exchange, or refuses one, without breaking a property of the station.
 */
import { NVM_OCTETS, STATUS, statusName } from "../device/abi.ts";
import { decodeRecord, type RecordReport } from "../keys/record.ts";
import type { Stream } from "../sim/streams.ts";
import { OctetTarget, type Probe } from "./octettarget.ts";
import { repairRecord } from "./record.ts";
import type { Player } from "./station/player.ts";
import { type Sequence, STEP_OCTETS_MAX, step } from "./station/step.ts";
import { IMAGE } from "./station/world.ts";
import type { Finding } from "./target.ts";

/** Where fields begin: one of them is changed, and its check field made right. */
const FIELDS: readonly number[] = [
  0, 4, 5, 6, 12, 14, 16, 20, 24, 28, 32, 33, 36, 68, 100, 104, 105, 108, 172, 176, 177, 178, 184, 192, 200, 264,
];
const VALUES: readonly number[] = [0x00, 0x01, 0x02, 0x7f, 0x80, 0xfe, 0xff];
const SLOT = { a: 32, b: 104, octets: 72 } as const;

export function nvmTarget(player: Player): OctetTarget {
  const next = IMAGE.slice();
  next.copyWithin(SLOT.b, SLOT.a, SLOT.a + SLOT.octets);
  next[SLOT.b] = 1;
  repairRecord(next, SLOT.b);
  return new OctetTarget({
    name: "nvm",
    seeds: [IMAGE, next, new Uint8Array(NVM_OCTETS)],
    words: [],
    max: NVM_OCTETS,
    isText: false,
    change: changedRecord,
    probe: (octets) => probeOf(octets, player),
  });
}

function probeOf(octets: Uint8Array, player: Player): Probe {
  const image = new Uint8Array(NVM_OCTETS);
  image.set(octets);
  const report = decodeRecord(image);
  const { finding, answers, calls } = player.play(lifeOn(image));
  const kind = `${report.failure ?? "boots"}; ${partsOf(report)}; ${answers.join(" ")}`;
  return { kind: kind.replace(/ \d+/g, " +"), finding: finding ?? judged(report, answers[0]), calls };
}

/** The record in pieces that fit a step, then a life on it. */
function lifeOn(image: Uint8Array): Sequence {
  const pieces = Array.from({ length: Math.ceil(NVM_OCTETS / STEP_OCTETS_MAX) }, (_, i) => {
    const at = i * STEP_OCTETS_MAX;
    return step("nvm", { a: at, octets: image.slice(at, at + STEP_OCTETS_MAX) });
  });
  const exchange = [step("boot"), step("trigger", { a: 4 }), step("answer")];
  return [...pieces, ...exchange, step("power", { a: 1 }), ...exchange];
}

function judged({ failure }: RecordReport, booted: number): Finding | undefined {
  const expected = failure === undefined ? 0 : STATUS["NVM failed"];
  if (booted === expected) return undefined;
  const answered = booted === 0 ? "boots" : `answers ${statusName(booted) ?? booted}`;
  return { rule: "agreement", message: `the device ${answered}; by the host's reading it ${failure ?? "boots"}` };
}

function partsOf({ cells, slots, cache }: RecordReport): string {
  return [...cells, ...slots, cache].map(({ valid }) => (valid ? "v" : "-")).join("");
}

function changedRecord(record: Uint8Array, random: Stream): Uint8Array {
  const changed = new Uint8Array(NVM_OCTETS);
  changed.set(record);
  for (let n = 1 + random.whole(3); n > 0; n--) {
    const at = FIELDS[random.whole(FIELDS.length)];
    changed[at] = random.whole(2) === 0 ? VALUES[random.whole(VALUES.length)] : random.whole(256);
    if (random.whole(4) !== 0) repairRecord(changed, at);
  }
  return changed;
}
