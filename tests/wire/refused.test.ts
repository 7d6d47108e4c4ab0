/** What the codec refuses, and why: the recorded answers of a device, frame by frame and in whole conversations. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeCrypto } from "../../host/crypto/node.ts";
import type { StatusName } from "../../host/device/abi.ts";
import { type CheckName, checkDownlink, checkUplink, type Listener } from "../../host/wire/check.ts";
import { FC } from "../../host/wire/fc.ts";
import { idOf } from "../../host/wire/id.ts";
import { emitMac } from "../../host/wire/mac.ts";
import { checkResponse } from "../../host/wire/session.ts";
import { packTdc, type Tdc } from "../../host/wire/tdc.ts";
import { hex } from "../support/hex.ts";
import { PSK } from "../vectors/world.ts";
import { Follower } from "./follow.ts";
import { type Case, casesOf, EXAMPLE, FILES } from "./vectors.ts";

const SPA = hex(EXAMPLE.spa);
const DEVICE: Listener = { spa: SPA, id: idOf(nodeCrypto, SPA) };

/** The checks of 4a as refused.json calls them. */
const CHECKS: Readonly<Record<string, CheckName>> = {
  "too short (< 4, or < 8 unless type Ack)": "length of the frame",
  "too long (> 71; Ack != 4)": "length of the frame",
  "not for me (ID, 0xFFFF in anything but a Trigger too: before the FCS)": "ID",
  "bad type (a Response too)": "type",
  "bad FCS": "FCS",
  "reserved bits (FC 5-7, a Protected bit other than the type's, TDC)": "reserved bits",
  "bad length (TDC against the frame)": "body length by TDC",
  "bad profile": "profile",
  "bad length (body under the type's minimum)": "body length by type",
  "AA rule (not for me)": "AA",
  "TriggerInfo (reserved bits)": "TriggerInfo",
};

test("every refused frame of refused.json that needs no key is refused for the recorded reason, by the recorded check", () => {
  const seen = new Set<string>();
  for (const { name, check = "", statusName, frame } of casesOf("refused.json")) {
    if (frame === undefined) continue;
    assert.deepEqual(checkDownlink(hex(frame), DEVICE).refusal, { status: statusName, check: CHECKS[check] }, name);
    seen.add(check);
  }
  assert.deepEqual([...seen].sort(), Object.keys(CHECKS).sort());
});

/** Type, and a body that is long enough for it in every profile. */
const M2_MAC = { fc: FC.Response, id: DEVICE.id, tdc: tdcOf({ profile: 1, bodyLength: 24 }), body: new Uint8Array(24) };

function tdcOf(fields: Partial<Tdc>): number {
  const none = { bodyLength: 24, encrypted: false, modifier: false, generation: 0, profile: 1, command: false };
  return packTdc({ ...none, ...fields });
}

function m2(change: Partial<typeof M2_MAC> = {}): Uint8Array {
  const { fc, id, tdc, body } = { ...M2_MAC, ...change };
  return emitMac(fc, id, tdc, body);
}

function spoilt(octets: Uint8Array, at: number): Uint8Array {
  const copy = octets.slice();
  copy[at < 0 ? copy.length + at : at] ^= 1;
  return copy;
}

const UPLINK: readonly [what: string, octets: Uint8Array, status: StatusName, check: CheckName][] = [
  ["no octets", hex(""), "too short", "length of the frame"],
  ["7 octets of M2", m2().subarray(0, 7), "too short", "length of the frame"],
  ["3 octets of an Ack", hex("0c24c8"), "too short", "length of the frame"],
  ["72 octets", new Uint8Array(72), "too long", "length of the frame"],
  ["Ack of 5 octets", hex("0c24c87800"), "too long", "length of the frame"],
  ["a device that is not served", m2({ id: 0xc825 }), "not for me", "ID"],
  ["a broadcast ID", m2({ id: 0xffff }), "not for me", "ID"],
  ["a broadcast ID, and no type", m2({ id: 0xffff, fc: 0x1f }), "not for me", "ID"],
  ["Trigger", hex(EXAMPLE.m1), "bad type", "type"],
  ["Trigger with a bad FCS", spoilt(hex(EXAMPLE.m1), -1), "bad type", "type"],
  ["Confirm", hex(EXAMPLE.ccm.m3), "bad type", "type"],
  ["no type", m2({ fc: 0x1f }), "bad type", "type"],
  ["FCS", spoilt(m2(), -1), "bad FCS", "FCS"],
  ["an octet of the body", spoilt(m2(), 9), "bad FCS", "FCS"],
  ["CRC-8 of an Ack", hex("0c24c879"), "bad FCS", "FCS"],
  ["Protected 0", m2({ fc: 0x09 }), "reserved bits", "reserved bits"],
  ["FC bit 5", m2({ fc: 0x39 }), "reserved bits", "reserved bits"],
  ["Modifier present", m2({ tdc: tdcOf({ modifier: true }) }), "reserved bits", "reserved bits"],
  ["Command", m2({ tdc: tdcOf({ command: true }) }), "reserved bits", "reserved bits"],
  ["encrypted Command", m2({ tdc: tdcOf({ command: true, encrypted: true }) }), "reserved bits", "reserved bits"],
  ["TDC bit 14", m2({ tdc: tdcOf({}) | (1 << 14) }), "reserved bits", "reserved bits"],
  [
    "TDC bit 15 and a wrong length",
    m2({ tdc: tdcOf({ bodyLength: 1 }) | (1 << 15) }),
    "reserved bits",
    "reserved bits",
  ],
  ["length one more", m2({ tdc: tdcOf({ bodyLength: 25 }) }), "bad length", "body length by TDC"],
  [
    "a wrong length, and no profile",
    m2({ tdc: tdcOf({ bodyLength: 1, profile: 0 }) }),
    "bad length",
    "body length by TDC",
  ],
  ["profile 0", m2({ tdc: tdcOf({ profile: 0 }) }), "bad profile", "profile"],
  ["profile 4", m2({ tdc: tdcOf({ profile: 4 }) }), "bad profile", "profile"],
  [
    "one octet short",
    m2({ tdc: tdcOf({ bodyLength: 23 }), body: new Uint8Array(23) }),
    "bad length",
    "body length by type",
  ],
  ["too short for wide", m2({ tdc: tdcOf({ profile: 2 }) }), "bad length", "body length by type"],
];

test("an AP refuses what comes up by the same checks in the same order", () => {
  assert.equal(checkUplink(m2(), (id) => id === DEVICE.id).frame?.type, "Response");
  for (const [what, octets, status, check] of UPLINK) {
    assert.deepEqual(checkUplink(octets, (id) => id === DEVICE.id).refusal, { status, check }, what);
  }
});

test("an AP without a list of devices takes any ID but the broadcast one", () => {
  assert.equal(checkUplink(m2({ id: 0x1234 })).frame?.id, 0x1234);
  assert.deepEqual(checkUplink(m2({ id: 0xffff })).refusal, { status: "not for me", check: "ID" });
});

test("an M2 of another profile than its M1 is refused, whatever its MIC", () => {
  const m1 = checkDownlink(hex(EXAMPLE.m1)).frame;
  const wide = checkUplink(m2({ tdc: tdcOf({ profile: 2, bodyLength: 40 }), body: new Uint8Array(40) })).frame;
  const compact = checkUplink(m2()).frame;
  assert.ok(m1?.type === "Trigger" && wide?.type === "Response" && compact?.type === "Response", "all are taken");
  assert.deepEqual(checkResponse(wide, m1), { status: "bad profile", check: "session profile" });
  assert.equal(checkResponse(compact, m1), undefined);
});

/** Answers that the device's NVM, entropy, reading or roots decide: no codec can foretell them. */
const BEYOND_FRAMES = ["payload too long", "entropy failed", "NVM failed", "PN exhausted"];

/**
 * Plays a script to a follower that holds the root of all scripts; returns how many received frames it foretold, how
 * many MICs it verified, and whether it got to the end: a device with another root it cannot follow.
 */
function follow({ name, script }: Case): { foretold: number; verified: number; isWhole: boolean } {
  const follower = new Follower(DEVICE, [PSK]);
  let foretold = 0;
  let isBooted = false;
  for (const step of script.steps) {
    if (step.call === "powerLoss" || step.call === "boot") follower.powerLoss();
    if (step.call === "boot") isBooted = step.status === 0;
    const received = step.frame === undefined ? undefined : hex(step.frame);
    if (received !== undefined && isBooted) {
      const foretelling = follower.receive(received);
      if (step.status >= 0) assert.ok(["taken", "UPDATE", "PROVE"].includes(foretelling), `${name}: ${foretelling}`);
      else if (foretelling === "UPDATE") assert.ok(["bad command", "NVM failed"].includes(step.statusName ?? ""), name);
      else if (foretelling === "PROVE") assert.equal(step.statusName, "NVM failed", name);
      else if (foretelling === "taken") assert.ok(BEYOND_FRAMES.includes(step.statusName ?? ""), name);
      else assert.equal(step.statusName, foretelling, name);
      foretold++;
    }
    if (step.reply !== undefined && !follower.reply(hex(step.reply), received)) {
      return { foretold, verified: follower.verified, isWhole: false };
    }
  }
  return { foretold, verified: follower.verified, isWhole: true };
}

test("all scripts: a follower with the codec alone foretells what a device takes, and refuses for the recorded reason", () => {
  const total = { foretold: 0, verified: 0 };
  const strangers: string[] = [];
  for (const file of FILES) {
    for (const one of casesOf(file)) {
      // Scripts that use up a counter do not record their frames.
      if (one.script.steps.some(({ call }) => call === "repeat")) continue;
      const { foretold, verified, isWhole } = follow(one);
      if (!isWhole) strangers.push(`${file}: ${one.name}`);
      total.foretold += foretold;
      total.verified += verified;
    }
  }
  // Images with another root, and devices whose root or cache entry was damaged on purpose.
  assert.deepEqual(
    strangers.filter((name) => !name.startsWith("boot.json")),
    [
      "conversation.json: the newest slot is checked at boot, not again at M1: one that changes later makes an M2 that no AP takes",
      "conversation.json: PMK cache: what a complete entry holds is the PMK, whatever the root says",
    ],
  );
  assert.ok(total.foretold > 700 && total.verified > 300, JSON.stringify(total));
});
