/** Confirm and Data behind the checks of their octets, without a command. */
import assert from "node:assert/strict";
import { tampered } from "../../support/deviceframes.ts";
import { FC, joinFrame } from "../../twin/frames.ts";
import type { Bed } from "../bed.ts";
import { CLEAR, COMMAND, ENCRYPTED, type Mode } from "../hand.ts";
import { ID } from "../peer.ts";
import { type Case, type StateNumber, withModifier } from "./case.ts";
import { CACHE_PART, SLOT_A, SLOT_B } from "./trigger.ts";

const MODES = [
  ["encrypted", ENCRYPTED],
  ["in clear", CLEAR],
] as const;

/** What stands where a test of "profile" or "generation as the session's" looks. */
const TDC_HIGH_AT = 4;
const GENERATION_BIT = 0x01;

function received(
  state: StateNumber,
  answer: Case["answer"],
  path: string,
  frame: (bed: Bed) => Uint8Array,
  more: Partial<Case> = {},
): Case {
  const play = (bed: Bed): void => {
    bed.reach(state);
    bed.receive(frame(bed));
  };
  return { call: "amp_receive", state, answer, path, play, ...more };
}

/** Octets that could be a protected frame of anybody's. */
function anyFrame(fc: number, { exchange, secrets }: Bed): Uint8Array {
  return joinFrame(fc, ID, Uint8Array.of(30 - 1, exchange.profile.number << 2), secrets.payloads[3].slice(0, 30));
}

/** The frame under another profile that there is. */
function otherProfile({ exchange }: Bed, frame: Uint8Array): Uint8Array {
  const { number } = exchange.profile;
  return tampered(frame, TDC_HIGH_AT, (number ^ (number === 3 ? 1 : 3)) << 2);
}

const otherGeneration = (frame: Uint8Array): Uint8Array => tampered(frame, TDC_HIGH_AT, GENERATION_BIT);

const NO_SESSION: readonly Case[] = [
  received(1, "no session", "a Confirm", (bed) => anyFrame(FC.confirm, bed)),
  received(1, "no session", "Data", (bed) => anyFrame(FC.data, bed)),
  received(2, "no session", "Data under the session's keys", (bed) => bed.data(2, bed.secrets.payloads[0])),
];

const CONFIRMS: readonly Case[] = [
  received(2, "bad profile", "a Confirm", (bed) => otherProfile(bed, bed.m3(bed.secrets.payloads[0]))),
  received(2, "no root of that generation", "a Confirm", (bed) => otherGeneration(bed.m3(bed.secrets.payloads[0]))),
  ...[0, 2].map((pn) =>
    received(2, "replayed PN", `a Confirm, PN ${pn}`, (bed) => bed.m3(bed.secrets.payloads[0], ENCRYPTED, pn)),
  ),
  ...[...MODES, ["command", COMMAND] as const].map(([words, mode]: readonly [string, Mode]) =>
    received(2, "bad MIC", `a Confirm, ${words}`, (bed) => bed.withBadMic(bed.m3(bed.secrets.refused, mode))),
  ),
  received(2, "bad MIC", "an UPDATE", (bed) => bed.withBadMic(bed.m3(bed.update(), COMMAND))),
  received(2, "bad MIC", "a Confirm behind a new reading", (bed) => {
    bed.setPayload(bed.secrets.readings[1], 1);
    return bed.withBadMic(bed.m3(bed.secrets.refused));
  }),
  ...MODES.map(([words, mode]) => received(2, "0", `M3, ${words}`, (bed) => bed.m3(bed.secrets.payloads[0], mode))),
  received(2, "0", "M3, long", (bed) => bed.m3(bed.secrets.payloads[3])),
  received(2, "0", "M3, empty", (bed) => bed.m3(new Uint8Array(0))),
  received(2, "0", "M3 behind a new reading", (bed) => {
    bed.setPayload(bed.secrets.readings[1], 1);
    return bed.m3(bed.secrets.payloads[0]);
  }),
  received(3, "replayed PN", "a Confirm", (bed) => bed.m3(bed.secrets.payloads[0])),
];

/** Housekeeping behind the MIC of an M3 that NVM fails: it is passed over. */
function passedOver(path: string, only: Case["only"], ...fault: Parameters<Bed["fail"]>): Case {
  const frame = (bed: Bed): Uint8Array => {
    bed.fail(...fault);
    return bed.m3(bed.secrets.payloads[0]);
  };
  return received(2, "0", `M3, ${path} fails`, frame, { only });
}

/** The M3 behind which the slot and the cache of the generation before are wiped. */
function wiping(path: string, only: Case["only"], ...fault: Parameters<Bed["fail"]> | []): Case {
  const play = (bed: Bed): void => {
    bed.reachUpdated();
    if (fault.length > 0) bed.fail(...(fault as Parameters<Bed["fail"]>));
    bed.receive(bed.m3(bed.secrets.payloads[0]));
  };
  return { call: "amp_receive", state: 2, answer: "0", path: `M3, the generation before is wiped${path}`, only, play };
}

/** The same in the next power cycle, in which the cache is then written anew; `n`: the write to it that fails. */
function replacing(path: string, n: number): Case {
  const play = (bed: Bed): void => {
    bed.reachUpdated();
    assert.equal(bed.call("amp_boot"), 0);
    assert.equal(bed.setPayload(bed.secrets.readings[0], 1), 0);
    bed.newM1();
    bed.fail("write", n, CACHE_PART);
    bed.receive(bed.m3(bed.secrets.payloads[0]));
  };
  const words = `M3, the cache of the generation before is wiped and written, ${path}`;
  return { call: "amp_receive", state: 2, answer: "0", path: words, only: withModifier, play };
}

const PASSED_OVER: readonly Case[] = [
  ...[0, 1].map((n) => passedOver(`write ${n} of the cache`, withModifier, "write", n, CACHE_PART)),
  ...[0, 1].map((n) => passedOver(`read ${n} of the cache`, withModifier, "read", n, CACHE_PART)),
  passedOver("the read of the other slot", undefined, "read", 0, SLOT_B),
  wiping("", undefined),
  wiping(", the check field of the slot fails", undefined, "write", 0, SLOT_A),
  wiping(", the octets of the slot fail", undefined, "write", 1, SLOT_A),
  wiping(", the check field of the cache fails", withModifier, "write", 0, CACHE_PART),
  wiping(", the octets of the cache fail", withModifier, "write", 1, CACHE_PART),
  replacing("no write fails", Number.POSITIVE_INFINITY),
  ...[0, 1, 2, 3].map((n) => replacing(`write ${n} fails`, n)),
];

const DATA: readonly Case[] = [
  received(3, "bad profile", "Data", (bed) => otherProfile(bed, bed.data(2, bed.secrets.payloads[0]))),
  received(3, "no root of that generation", "Data", (bed) => otherGeneration(bed.data(2, bed.secrets.payloads[0]))),
  ...[0, 1].map((pn) => received(3, "replayed PN", `Data, PN ${pn}`, (bed) => bed.data(pn, bed.secrets.payloads[0]))),
  ...MODES.flatMap(([words, mode]) => [
    received(3, "bad MIC", `Data, ${words}`, (bed) => bed.withBadMic(bed.data(2, bed.secrets.refused, mode))),
    received(3, "0", `Data, ${words}`, (bed) => bed.data(2, bed.secrets.payloads[1], mode)),
    received(3, "0", `Data, ${words}, shorter than those before`, (bed) => {
      assert.equal(bed.receive(bed.data(2, bed.secrets.payloads[3])), 0);
      return bed.data(3, bed.secrets.payloads[2], mode);
    }),
  ]),
  received(3, "bad MIC", "Data, the last PN", (bed) => bed.withBadMic(bed.data(65535, bed.secrets.refused))),
  received(3, "0", "Data, the last PN", (bed) => bed.data(65535, bed.secrets.payloads[0])),
];

export const NUMBERED: readonly Case[] = [...NO_SESSION, ...CONFIRMS, ...PASSED_OVER, ...DATA];
