/** Numbers that the page itself gives, and what a caller may not ask for. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { aadOf } from "../../host/wire/binding.ts";
import { checkDownlink } from "../../host/wire/check.ts";
import { emitCommand } from "../../host/wire/command.ts";
import { FC } from "../../host/wire/fc.ts";
import { ackCrcOf, fcsOf } from "../../host/wire/fcs.ts";
import { emitFrame, type Frame } from "../../host/wire/frame.ts";
import { idOf } from "../../host/wire/id.ts";
import { FRAME_MAX_OCTETS, FRAME_MIN_OCTETS } from "../../host/wire/mac.ts";
import { PROFILES, payloadMaxOctets, profileOf, readingMaxOctets } from "../../host/wire/profile.ts";
import { hex, toHex } from "../support/hex.ts";
import { EXAMPLE } from "./vectors.ts";

test("FCS and CRC-8 of the page's strings", () => {
  assert.equal(fcsOf(new TextEncoder().encode("123456789")), 0x906e);
  assert.equal(ackCrcOf(hex("0c3412")), 0x3e);
  assert.equal(ackCrcOf(hex("0cffff")), 0xd7);
  assert.equal(toHex(emitFrame({ type: "Ack", id: 0x1234 })), "0c34123e");
});

test("types, sizes and profiles of the page", () => {
  assert.deepEqual({ ...FC }, { Trigger: 0x08, Response: 0x19, Confirm: 0x1a, Data: 0x1b, Ack: 0x0c });
  assert.deepEqual([FRAME_MIN_OCTETS, FRAME_MAX_OCTETS], [8, 71]);
  assert.deepEqual(
    PROFILES.map(({ number, name, N, M }) => [number, name, N, M]),
    [
      [1, "compact", 16, 8],
      [2, "wide", 32, 8],
      [3, "strong", 32, 16],
    ],
  );
  assert.deepEqual([0, 4, 7].map(profileOf), [undefined, undefined, undefined]);
  assert.deepEqual(PROFILES.map(readingMaxOctets), [40, 24, 16]);
  assert.deepEqual(PROFILES.map(payloadMaxOctets), [54, 54, 46]);
});

test("the ID follows from the SPA, and is never the broadcast one", () => {
  assert.equal(idOf(nodeCrypto, hex(EXAMPLE.spa)), 0xc824);
  // The digest of a mock: no SPA is known whose hash begins with FFFF.
  const allOnes = { ...nodeCrypto, sha256: () => new Uint8Array(32).fill(0xff) };
  assert.equal(idOf(allOnes, hex(EXAMPLE.spa)), 0xfffe);
});

const [COMPACT] = PROFILES;
const NONE = new Uint8Array(0);
const CONFIRM = {
  type: "Confirm",
  id: 1,
  encrypted: true,
  generation: 0,
  profile: COMPACT,
  pn: 1,
  command: false,
  payload: NONE,
  mic: new Uint8Array(8),
} as const satisfies Frame;
const RESPONSE = { ...CONFIRM, type: "Response", sNonce: new Uint8Array(16) } as const satisfies Frame;

test("a caller's mistake is a RangeError that begins with the field's name", () => {
  const trigger = checkDownlink(hex(EXAMPLE.m1)).frame;
  assert.ok(trigger?.type === "Trigger", "the M1 is taken");
  const { info } = trigger;
  const mistakes: [RegExp, Frame][] = [
    [/^id: -1 is not a whole number from 0 to 65535$/, { ...CONFIRM, id: -1 }],
    [/^id: 65535 is not a whole number from 0 to 65534$/, { type: "Ack", id: 0xffff }],
    [/^generation: 4 is not/, { ...CONFIRM, generation: 4 }],
    [/^pn: 65536 is not/, { ...CONFIRM, pn: 65536 }],
    [/^payload: 55 octets, where 0 to 54 are expected$/, { ...CONFIRM, payload: new Uint8Array(55) }],
    [/^payload: 41 octets, where 0 to 40/, { ...RESPONSE, payload: new Uint8Array(41) }],
    [/^mic: 16 octets, where 8 are expected$/, { ...CONFIRM, mic: new Uint8Array(16) }],
    [/^sNonce: 32 octets, where 16/, { ...RESPONSE, sNonce: new Uint8Array(32) }],
    [/^command: only in an encrypted Confirm$/, { ...CONFIRM, command: true, encrypted: false }],
    [/^aa: 5 octets/, { ...trigger, aa: new Uint8Array(5) }],
    [/^aa: a group address/, { ...trigger, aa: hex("030000000001") }],
    [/^aNonce: 0 octets/, { ...trigger, aNonce: NONE }],
    [/^modifier: 0 octets/, { ...trigger, modifier: NONE }],
    [/^dlData: 29 octets, where 0 to 28/, { ...trigger, dlData: new Uint8Array(29) }],
    [/^access: 1 is for one station/, { ...trigger, id: 0xffff }],
    [/^access: 2 is not/, { ...trigger, info: { ...info, access: 2 } }],
    [/^ulRate: 3 is not/, { ...trigger, info: { ...info, ulRate: 3 } }],
    [/^slots: 0 is not/, { ...trigger, info: { ...info, slots: 0 } }],
    [/^slotDuration_4us: 0.5 is not/, { ...trigger, info: { ...info, slotDuration_4us: 0.5 } }],
    [/^acwe: 16 is not/, { ...trigger, info: { ...info, acwe: 16 } }],
    [/^sessionId: 256 is not/, { ...trigger, info: { ...info, sessionId: 256 } }],
  ];
  for (const [message, frame] of mistakes) assert.throws(() => emitFrame(frame), { name: "RangeError", message });
  assert.throws(() => aadOf(CONFIRM, undefined), { name: "RangeError", message: /^m1Binding: missing/ });
  const update = {
    command: "UPDATE",
    generation: 256,
    modifierPrime: new Uint8Array(16),
    T: new Uint8Array(8),
  } as const;
  assert.throws(() => emitCommand(update), { name: "RangeError", message: /^generation: 256/ });
});

test("the codec is the second implementation, and runs in a page: it imports itself, Crypto's type, the statuses and a word for a value only", () => {
  const root = fileURLToPath(new URL("../../host/wire/", import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  assert.ok(files.length > 20, `${files.length} files`);
  const allowed = ["../crypto/crypto.ts", "../device/abi.ts", "../text/kind.ts"];
  for (const file of files) {
    const source = readFileSync(`${root}${file}`, "utf8");
    for (const [, specifier] of source.matchAll(/(?:from|import) *\(?"([^"]+)"/g)) {
      const fromWire = specifier.replace(/^\.\.\/(?=\.\.\/)/, "");
      const isOwn = /^\.\/[\w/]+\.ts$/.test(specifier) || (file.includes("/") && /^\.\.\/\w+\.ts$/.test(specifier));
      assert.ok(isOwn || allowed.includes(fromWire), `${file} imports ${specifier}`);
    }
    assert.doesNotMatch(source, /\b(Buffer|process|require)\b[.(]/, file);
  }
  assert.doesNotMatch(readFileSync(`${root}../text/kind.ts`, "utf8"), /\bimport\b|\b(Buffer|process|require)\b[.(]/);
});
