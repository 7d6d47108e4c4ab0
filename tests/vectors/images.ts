/** boot.json: NVM images that boot and those that do not, and which root the device then uses. */
import { concat, hex, littleEndian, unhex, xor } from "../twin/bytes.ts";
import { crc16, crc32 } from "../twin/crc.ts";
import { decodeTdc, splitFrame } from "../twin/frames.ts";
import { midstates } from "../twin/hmac.ts";
import { HEAD, provision, type Root, SLOTS, slotOctets } from "../twin/record.ts";
import { status } from "../twin/status.ts";
import { expectStatus, labelled, PROVISIONED, PSK, Scene, SPA, type VectorFile } from "./world.ts";

/** The root of a generation, and its slot. */
const rootKey = (generation: number): Uint8Array => labelled(`AMP vectors, root ${generation}`, 32);
const rootOf = (generation: number): Root => ({ generation, key: midstates(rootKey(generation)) });

const EMPTY_SLOT = new Uint8Array(72);

function withSlots(a: Uint8Array, b: Uint8Array): Uint8Array {
  const nvm = provision(SPA, midstates(PSK));
  nvm.set(concat(a, b), SLOTS[0].offset);
  return nvm;
}

/** The provisioned record with these octets from there on; a change of the head gets a good CRC-16 if wanted. */
function changed(offset: number, octets: number[], goodCrc: boolean): Uint8Array {
  const nvm = PROVISIONED.slice();
  nvm.set(octets, offset);
  if (goodCrc) {
    nvm.set(littleEndian(crc16(nvm.subarray(0, HEAD.length - 2)), 2), HEAD.length - 2);
  }
  return nvm;
}

/**
 * A slot with its last four octets of outer chosen so that its CRC-32 is 0; `stored` stands in its check field.
 * 9d0ad96d are the four octets whose CRC-32 is 0; a CRC is affine, so behind other octets they are XOR their CRC.
 */
function slotOfCrcZero(generation: number, stored: number): Uint8Array {
  const start = slotOctets(rootOf(generation)).slice(0, 64);
  const body = concat(start, xor(littleEndian(crc32(start), 4), unhex("9d0ad96d")));
  if (crc32(body) !== 0) throw new Error("the CRC-32 is not 0");
  return concat(body, littleEndian(stored, 4));
}

function spoilt(slot: Uint8Array, at: number): Uint8Array {
  return slot.map((octet, i) => (i === at ? octet ^ 0x01 : octet));
}

/** Images, and the generation that M2 then names; null: NVM failed. */
const IMAGES: readonly (readonly [name: string, nvm: Uint8Array, newest: number | null])[] = [
  ["another magic", changed(3, [0x32], true), null],
  ["another version", changed(4, [2], true), null],
  ["octet 5 not 0", changed(5, [1], true), null],
  ["head CRC wrong", changed(7, [0xff], false), null],
  ["all zero", new Uint8Array(268), null],
  ["all FF", new Uint8Array(268).fill(0xff), null],
  ["no valid slot", withSlots(EMPTY_SLOT, EMPTY_SLOT), null],
  ["slot A with a wrong CRC", withSlots(spoilt(slotOctets(rootOf(0)), 20), EMPTY_SLOT), null],
  ["slot A with check field 0", withSlots(concat(slotOctets(rootOf(0)).slice(0, 68), 0, 0, 0, 0), EMPTY_SLOT), null],
  ["only slot B", withSlots(EMPTY_SLOT, slotOctets(rootOf(7))), 7],
  ["A is newer", withSlots(slotOctets(rootOf(6)), slotOctets(rootOf(5))), 6],
  ["B is newer", withSlots(slotOctets(rootOf(5)), slotOctets(rootOf(6))), 6],
  ["the generation wraps, A is newer", withSlots(slotOctets(rootOf(0)), slotOctets(rootOf(255))), 0],
  ["the generation wraps, B is newer", withSlots(slotOctets(rootOf(255)), slotOctets(rootOf(0))), 0],
  ["both of one generation", withSlots(slotOctets(rootOf(5)), slotOctets(rootOf(5))), null],
  ["both, two apart", withSlots(slotOctets(rootOf(5)), slotOctets(rootOf(7))), null],
  ["B is newer but torn", withSlots(slotOctets(rootOf(5)), spoilt(slotOctets(rootOf(6)), 71)), 5],
  ["the CRC-32 of slot A is 0, stored as 1", withSlots(slotOfCrcZero(3, 1), EMPTY_SLOT), 3],
  ["the CRC-32 of slot A is 0, stored as 0: not valid", withSlots(slotOfCrcZero(3, 0), EMPTY_SLOT), null],
];

function imageCase([name, nvm, newest]: (typeof IMAGES)[number]) {
  const scene = new Scene({ nvm });
  const boot = scene.play({ call: "boot" });
  if (newest === null) {
    expectStatus(boot, status("NVM failed"));
  } else {
    expectStatus(boot, 0);
    const m2 = scene.receive(scene.m1());
    const { generation } = decodeTdc(splitFrame(unhex(m2.reply ?? "")).tdc);
    if (generation !== newest % 4) throw new Error(`M2 names generation ${generation}: ${name}`);
  }
  return {
    name,
    newestGeneration: newest,
    root: newest === null ? null : hex(rootKey(newest)),
    script: scene.script(),
  };
}

export function bootFile(): VectorFile {
  return {
    about: "NVM images at amp_boot (PROTOCOL 7): refused with NVM failed, or booted with this newest generation.",
    cases: IMAGES.map(imageCase),
  };
}
