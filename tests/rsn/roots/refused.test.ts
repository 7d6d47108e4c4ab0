/** What a device refuses to adopt, and what the key service does not offer (docs/RSN.md section 9). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { emitAdopt, PROVE, readRootAnswer } from "../../../host/keys/adoptcommand.ts";
import { crc32 } from "../../../host/keys/crc.ts";
import { encodeRecord } from "../../../host/keys/record.ts";
import { emitMsdu, parseMsdu } from "../../../host/rsn/frames/llc.ts";
import { AA, SPA } from "../../../host/rsn/pair.ts";
import { AMP_RECORD_OFFSET } from "../../../host/rsn/station/record.ts";
import { type RsnStatusName, rsnStatusName } from "../../../host/rsn/station/statuses.ts";
import { concat } from "../../support/hex.ts";
import { PSK, RootsBed } from "./bed.ts";

const ROOT_ETHERTYPE = 0x88b6;

/** What the station makes of that payload out of the AP's mouth. */
function says(
  bed: RootsBed,
  payload: Uint8Array,
  to: "station" | "all" = "station",
): RsnStatusName | "answered" | "taken" {
  const msdu = emitMsdu({ etherType: ROOT_ETHERTYPE, data: payload });
  const { ap } = bed.pair;
  const mpdu = to === "all" ? ap.broadcast(AA, msdu) : ap.send(SPA, AA, msdu);
  assert.ok(typeof mpdu !== "string");
  const { status, frame } = bed.rsn.receive(mpdu);
  return rsnStatusName(status) ?? (frame ? "answered" : "taken");
}

/** By node:crypto: first 8 octets of KDF-256(root, "AMP root auth", generation ‖ SPA). */
function authenticator(root: Uint8Array, generation: number, spa = SPA): Uint8Array {
  return nodeCrypto.kdf256(root, "AMP root auth", concat(Uint8Array.of(generation), spa)).slice(0, 8);
}

function pmkOf(bed: RootsBed): Uint8Array {
  const pmk = bed.pmks.of(SPA)?.pmk;
  assert.ok(pmk, "EAP made a PMK");
  return pmk;
}

test("a T of another root, generation or station, and what is no command: refused, and NVM is as it was", () => {
  const bed = new RootsBed({ psk: PSK }).associates();
  const root = pmkOf(bed);
  const T = authenticator(root, 1);
  const flipped = T.map((octet, i) => (i === 7 ? octet ^ 1 : octet));
  const cases: [name: string, payload: Uint8Array, status: RsnStatusName][] = [
    ["another root's", emitAdopt({ generation: 1, T: authenticator(PSK, 1) }), "bad key data"],
    ["another generation's", emitAdopt({ generation: 1, T: authenticator(root, 2) }), "bad key data"],
    ["another station's", emitAdopt({ generation: 1, T: authenticator(root, 1, AA) }), "bad key data"],
    ["its last bit", emitAdopt({ generation: 1, T: flipped }), "bad key data"],
    ["two generations on", emitAdopt({ generation: 2, T: authenticator(root, 2) }), "bad key data"],
    ["one back", emitAdopt({ generation: 255, T: authenticator(root, 255) }), "bad key data"],
    ["too short", emitAdopt({ generation: 1, T }).slice(0, 9), "bad type"],
    ["too long", concat(emitAdopt({ generation: 1, T }), Uint8Array.of(0)), "bad type"],
    ["PROVE of two octets", concat(PROVE, PROVE), "bad type"],
    ["an UPDATE's opcode", concat(Uint8Array.of(1, 1), T), "bad type"],
    ["nothing", new Uint8Array(0), "bad type"],
  ];
  const before = bed.nvm.octets.slice();
  for (const [name, payload, status] of cases) {
    assert.equal(says(bed, payload), status, name);
    assert.deepEqual(bed.nvm.octets, before, name);
    assert.equal(bed.rsn.received().length, 0, "nothing of it is handed out");
  }
  assert.equal(says(bed, emitAdopt({ generation: 1, T }), "all"), "wrong state", "to a group");
  assert.equal(
    says(bed, emitAdopt({ generation: 0, T: new Uint8Array(8) })),
    "answered",
    "its own generation asks for a proof",
  );
  assert.deepEqual(bed.nvm.octets, before);
  assert.equal(says(bed, emitAdopt({ generation: 1, T })), "answered");
  assert.notDeepEqual(bed.nvm.octets, before);
});

test("a PSK association has no PMK of EAP to adopt", () => {
  const bed = new RootsBed({ akm: 6, psk: PSK }).associates();
  assert.equal(bed.desk.begin(SPA), undefined, "the AP does not ask");
  assert.equal(says(bed, PROVE), "wrong state");
});

test("no AMP record, another device's, a damaged head, slots that are no neighbours: NVM failed, and nothing is written", () => {
  const spoilt: [name: string, spoil: (amp: Uint8Array) => void][] = [
    ["none", (amp) => amp.fill(0)],
    [
      "another device's",
      (amp) => amp.set(encodeRecord({ spa: Uint8Array.of(2, 9, 9, 9, 9, 9), psk: PSK, counter: 0 })),
    ],
    ["its CRC", (amp) => amp.fill(amp[14] ^ 1, 14, 15)],
    ["another version", (amp) => amp.fill(2, 4, 5)],
    ["no neighbours", (amp) => amp.set(otherSlot(5), 104)],
  ];
  for (const [name, spoil] of spoilt) {
    const bed = new RootsBed({ psk: PSK });
    spoil(bed.nvm.octets.subarray(AMP_RECORD_OFFSET));
    bed.associates();
    const before = bed.nvm.octets.slice();
    assert.equal(says(bed, PROVE), "NVM failed", name);
    assert.equal(says(bed, emitAdopt({ generation: 1, T: authenticator(pmkOf(bed), 1) })), "NVM failed", name);
    assert.deepEqual(bed.nvm.octets, before, name);
  }
});

/** A valid slot of that generation, out of the record of a device that adopted it. */
function otherSlot(generation: number): Uint8Array {
  const bed = new RootsBed().associates();
  assert.equal(says(bed, emitAdopt({ generation, T: authenticator(pmkOf(bed), generation) })), "answered");
  return bed.nvm.octets.slice(AMP_RECORD_OFFSET + 32, AMP_RECORD_OFFSET + 104);
}

test("a PMK that was cached for a root of long ago is not taken for one of the new root", () => {
  const bed = new RootsBed();
  bed.associates().adopts();
  assert.equal(bed.exchanges(), "confirmed");
  assert.notDeepEqual(
    bed.nvm.octets.slice(AMP_RECORD_OFFSET + 264),
    new Uint8Array(4),
    "the exchange filled the cache",
  );
  bed.nvm.octets.fill(0, AMP_RECORD_OFFSET + 32, AMP_RECORD_OFFSET + 176);
  assert.equal(bed.associates().adopts(), 1, "the PMK was a root already");
  assert.equal(bed.associates().adopts(), 2);
  assert.deepEqual(bed.nvm.octets.slice(AMP_RECORD_OFFSET + 176), new Uint8Array(92), "no octet of it is left");
  assert.equal(bed.exchanges(), "confirmed");
});

test("an update by Modifier' that has begun goes on, and EAP does not take its place", () => {
  const bed = new RootsBed({ psk: PSK });
  bed.service.startUpdate(SPA);
  bed.service.wantRootByEap(SPA);
  assert.equal(bed.associates().adopts(), 1, "PROVE alone");
  assert.equal(bed.exchanges(), "confirmed");
  assert.equal(bed.generation, 1);
});

test("generations wrap: 0 is behind 255, and the newer of the two", () => {
  const bed = new RootsBed().associates();
  const root = pmkOf(bed);
  const adopt = (generation: number): string =>
    says(bed, emitAdopt({ generation, T: authenticator(root, generation) }));
  const newest = (): number => {
    const msdu = emitMsdu({ etherType: ROOT_ETHERTYPE, data: PROVE });
    const mpdu = bed.pair.ap.send(SPA, AA, msdu);
    assert.ok(typeof mpdu !== "string");
    const { frame } = bed.rsn.receive(mpdu);
    assert.ok(frame);
    const said = bed.pair.ap.receive(frame, 0).msdu;
    const parsed = said && parseMsdu(said.octets);
    const answer = parsed && typeof parsed !== "string" ? readRootAnswer(parsed.data) : undefined;
    assert.ok(answer && answer !== "none", "a proof");
    return answer.generation;
  };
  for (const generation of [254, 255, 0, 1]) {
    assert.equal(adopt(generation), "answered");
    assert.equal(newest(), generation);
  }
  assert.equal(adopt(255), "bad key data");
  assert.equal(adopt(3), "bad key data");
  assert.equal(newest(), 1);
});

test("a PMKSA that is another AP's, or that was not kept, is no PMK of this association: NVM failed", () => {
  for (const isOther of [true, false]) {
    const bed = new RootsBed({ psk: PSK }).associates();
    const root = pmkOf(bed);
    const entry = bed.nvm.octets.subarray(128, 192);
    entry[0] ^= isOther ? 2 : 0;
    new DataView(entry.buffer, entry.byteOffset).setUint32(60, isOther ? crc32(entry.subarray(0, 60)) : 0, true);
    const before = bed.nvm.octets.slice();
    assert.equal(says(bed, emitAdopt({ generation: 1, T: authenticator(root, 1) })), "NVM failed");
    assert.deepEqual(bed.nvm.octets, before);
  }
});

test("a slot that does not read back as it was written is no root: NVM failed, and the one before stays the newest", () => {
  const bed = new RootsBed({ psk: PSK }).associates();
  const root = pmkOf(bed);
  const { nvm } = bed;
  const write = nvm.nvmWrite.bind(nvm);
  // A cell that keeps a wrong bit, and says that all is well.
  nvm.nvmWrite = (offset, octets) => {
    const isDone = write(offset, octets);
    if (octets.length === 68) nvm.octets[offset + 40] ^= 1;
    return isDone;
  };
  bed.associates();
  assert.equal(says(bed, emitAdopt({ generation: 1, T: authenticator(root, 1) })), "NVM failed");
  assert.equal(bed.exchanges(), "confirmed", "under generation 0");
});
