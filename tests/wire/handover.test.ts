/** 003-M6: the HANDOVER commands and their answer as octets, the keys of a handover, and the record that keeps them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ROAMING_NVM_OCTETS } from "../../host/device/abi.ts";
import { Nvm } from "../../host/device/nvm.ts";
import { deviceKey, handoverName, handoverPmk } from "../../host/keys/handover.ts";
import { decodeRecord, encodeRecord, ROAMING_RECORD_OCTETS } from "../../host/keys/record.ts";
import { readCommand } from "../../host/wire/command.ts";
import { emitHandover, emitHandoverAnswer, readHandover, readHandoverAnswer } from "../../host/wire/handover.ts";
import { BACKENDS } from "../crypto/backends.ts";
import { AA_T, deviceKeyOf, entryOf, K, K_16, nameOf, pmkOf, ROAMING_IMAGE } from "../handover/bed.ts";
import { concat, isZero } from "../twin/bytes.ts";
import { labelled, PSK, SPA } from "../vectors/world.ts";

const C = labelled("handover, C", 24);

test("003-M6: both commands and the answer are the page's octets, and read back", () => {
  const plain = emitHandover({ command: "HANDOVER", aaT: AA_T, K });
  const wrapped = emitHandover({ command: "HANDOVER WRAPPED", aaT: AA_T, wrapped: C });
  assert.deepEqual(plain, concat(0x04, AA_T, K));
  assert.deepEqual(wrapped, concat(0x05, AA_T, C));
  assert.deepEqual(readHandover(plain), { command: "HANDOVER", aaT: AA_T, K });
  assert.deepEqual(readHandover(wrapped), { command: "HANDOVER WRAPPED", aaT: AA_T, wrapped: C });
  assert.deepEqual(readHandoverAnswer(emitHandoverAnswer(nameOf(K))), nameOf(K));
  assert.deepEqual(emitHandoverAnswer(nameOf(K)), concat(0x84, nameOf(K)));
});

test("003-M6: another length or opcode is none of them, and no other command either", () => {
  for (const command of [concat(0x04, AA_T, K), concat(0x05, AA_T, C)]) {
    for (let length = 0; length < 56; length++) {
      const cut = concat(command, new Uint8Array(20)).slice(0, length);
      if (length !== command.length) assert.equal(readHandover(cut), undefined, `${length} octets`);
    }
    for (let opcode = 0; opcode < 256; opcode++) {
      if (opcode !== command[0])
        assert.equal(readHandover(concat(opcode, command.slice(1))), undefined, `opcode ${opcode}`);
    }
    assert.equal(readCommand(command), undefined, "neither UPDATE nor PROVE");
  }
  for (const reading of [
    new Uint8Array(0),
    new Uint8Array(9),
    concat(0x84, new Uint8Array(7)),
    concat(0x84, new Uint8Array(9)),
  ])
    assert.equal(readHandoverAnswer(reading), undefined, `${reading}`);
});

test("003-M6: a field of another length is the caller's mistake, by its name", () => {
  const short = new Uint8Array(5);
  const mistake = (field: string) => ({ name: "RangeError", message: new RegExp(`^${field}: `) });
  assert.throws(() => emitHandover({ command: "HANDOVER", aaT: short, K }), mistake("aaT"));
  assert.throws(() => emitHandover({ command: "HANDOVER", aaT: AA_T, K: K_16 }), mistake("K"));
  assert.throws(() => emitHandover({ command: "HANDOVER WRAPPED", aaT: AA_T, wrapped: short }), mistake("wrapped"));
  assert.throws(() => emitHandoverAnswer(short), mistake("name"));
});

for (const { name, crypto } of BACKENDS) {
  test(`003-M6 on ${name}: PMK_T, name and device key are those of node:crypto`, () => {
    for (const key of [K, K_16]) {
      assert.deepEqual(handoverPmk(crypto, key, AA_T, SPA), pmkOf(key));
      assert.deepEqual(handoverName(crypto, key, AA_T, SPA), nameOf(key));
    }
    assert.deepEqual(deviceKey(crypto, PSK, SPA), deviceKeyOf(PSK));
    const mistake = (field: string) => ({ name: "RangeError", message: new RegExp(`^${field}: `) });
    assert.throws(() => handoverPmk(crypto, new Uint8Array(31), AA_T, SPA), mistake("K"));
    assert.throws(() => handoverName(crypto, K, concat(0x01, AA_T.slice(1)), SPA), mistake("aaT"));
    assert.throws(() => handoverName(crypto, K, AA_T, new Uint8Array(7)), mistake("spa"));
    assert.throws(() => deviceKey(crypto, K_16, SPA), mistake("root"));
  });
}

test("003-M6: a roaming station's record has 360 octets, the first 268 of any other's, and says what its entry is", () => {
  const record = encodeRecord({ spa: SPA, psk: PSK, counter: 0, roaming: true });
  assert.deepEqual(record, ROAMING_IMAGE);
  assert.equal(ROAMING_RECORD_OCTETS, ROAMING_NVM_OCTETS);
  assert.equal(new Nvm(record).octets.length, 360);
  assert.throws(() => new Nvm(record.slice(1)), RangeError);
  assert.equal(decodeRecord(record.slice(0, 268)).handover, undefined);
  assert.ok(decodeRecord(record).handover?.empty, "empty");
  record.set(entryOf(K, 7), 268);
  const { handover, failure } = decodeRecord(record);
  assert.deepEqual(handover, { generation: 7, aa: AA_T, modifier: nameOf(K), valid: true, empty: false });
  assert.equal(failure, undefined);
  record[300] ^= 1;
  assert.equal(decodeRecord(record).handover?.valid, false);
  assert.ok(isZero(record.slice(104, 268)), "nothing else is changed");
});
