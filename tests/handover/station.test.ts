/** 003-M6: the station that is told of its next AP: both commands, what it keeps, what it refuses, and how it uses the entry. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DEVICES } from "../support/device.ts";
import { tampered } from "../support/deviceframes.ts";
import { addressOf, layoutNumber } from "../support/devicelayout.ts";
import { DeviceScene } from "../support/devicescene.ts";
import { TwinAp } from "../twin/ap.ts";
import { concat, equal, hex, isZero } from "../twin/bytes.ts";
import { midstates } from "../twin/hmac.ts";
import { derive, rootUpdateInput } from "../twin/keys.ts";
import { CACHE } from "../twin/record.ts";
import {
  AA_HIGH,
  AA_LOW,
  COMPACT,
  labelled,
  MODIFIER,
  MODIFIER_PRIME,
  PSK,
  SPA,
  STRONG,
  WIDE,
} from "../vectors/world.ts";
import {
  AA_T,
  deviceKeyOf,
  ENTRY,
  entryIn,
  entryOf,
  handover,
  handoverWrapped,
  K,
  K_16,
  NextAp,
  nameOf,
  ROAMING_IMAGE,
  roamingScene,
  tells,
  wrapped,
} from "./bed.ts";

const ROOT_1 = derive(midstates(PSK), rootUpdateInput(MODIFIER_PRIME, 1, SPA));
const CACHE_END = CACHE.offset + CACHE.length;

/** Nothing of a command is left in the station's RAM. */
function isClean({ station }: DeviceScene): void {
  for (const [name, length] of [
    ["RECEIVED", 56],
    ["ENTRY", 96],
    ["SCRATCH", layoutNumber("SCRATCH_SIZE")],
  ] as const) {
    const at = addressOf(station, name);
    assert.ok(isZero(station.memory.slice(at, at + length)), `${name} is wiped`);
  }
}

/** A refusal: bad command, the record as it was, and the session goes on. */
function refuses(scene: DeviceScene, command: Uint8Array, what: string): void {
  const session = scene.waiting();
  const before = entryIn(scene);
  scene.refuses(session.command(command).frame, "bad command");
  assert.deepEqual(entryIn(scene), before, `${what}: the entry is as it was`);
  assert.deepEqual(
    session.receive(scene.station.send().frame ?? new Uint8Array(0)),
    new Uint8Array(0),
    `${what}: the session goes on`,
  );
  isClean(scene);
}

for (const profile of [COMPACT, WIDE, STRONG]) {
  test(`003-M6, profile ${profile.number}: HANDOVER and HANDOVER WRAPPED leave the page's entry, and are answered with its name`, () => {
    for (const [command, key] of [
      [handover(), K],
      [handoverWrapped(), K_16],
    ]) {
      const scene = roamingScene({ profile });
      const session = scene.waiting();
      const frame = scene.answer(session.command(command).frame);
      assert.equal(frame[3] & 0x40, 0x40, "encrypted");
      assert.deepEqual([...frame.slice(5, 7)], [0, 2], "PN 2");
      assert.deepEqual(session.receive(frame), concat(0x84, nameOf(key)), "the answer");
      assert.deepEqual(entryIn(scene), entryOf(key), "the entry");
      assert.equal(scene.station.received().length, 0, "no command is handed out");
      assert.deepEqual(
        session.receive(scene.station.send().frame ?? new Uint8Array(0)),
        new Uint8Array(0),
        "it goes on",
      );
      isClean(scene);
    }
  });
}

test("003-M6, AMP-R7: after a power loss the next AP is answered under PMK_T, once and again, and no cache write follows", () => {
  const scene = roamingScene();
  tells(scene, handover());
  const cache = scene.nvm.octets.slice(CACHE.offset, CACHE_END);
  const next = new NextAp();
  for (let life = 0; life < 3; life++) {
    scene.powerCycle();
    scene.nvm.log = [];
    next.meets(scene);
    next.meets(scene);
    assert.ok(
      scene.nvm.log.every(({ offset }) => offset < CACHE.offset),
      "only the counter is written",
    );
  }
  assert.deepEqual(scene.nvm.octets.slice(CACHE.offset, CACHE_END), cache, "the cache is the old AP's still");
  scene.powerCycle().secure();
  assert.ok(scene.nvm.written <= 12, "and used: the old AP's exchange writes the counter only");
});

test("003-M6: an M1 with another Modifier, AA or a damaged entry is answered under the root, as ever", () => {
  const other = labelled("handover, another Modifier", 8);
  const damage = Array.from({ length: ENTRY.length }, (_, at) => at);
  for (const [aa, modifier, at] of [
    [AA_T, other, undefined],
    [AA_HIGH, nameOf(K), undefined],
    [AA_T, null, undefined],
    ...damage.map((at) => [AA_T, nameOf(K), at] as const),
  ] as const) {
    const scene = roamingScene();
    tells(scene, handover());
    if (at !== undefined) scene.nvm.octets[ENTRY.offset + at] ^= 0x10;
    const ap = new TwinAp(aa, modifier);
    ap.enrol(SPA, 0, PSK);
    scene.powerCycle();
    const m2 = scene.answer(ap.trigger({ profile: COMPACT, spa: SPA, aNonce: labelled("handover, ANonce", 16) }));
    const session = ap.respond(m2);
    assert.ok(session, `${hex(aa)}, ${modifier && hex(modifier)}, octet ${at}: under the root`);
    scene.takes(session.confirm().frame);
  }
});

test("003-M6: every other length, and an AA_T that is a group, the station or the serving AP, is a bad command", () => {
  const scene = roamingScene();
  tells(scene, handover());
  for (const command of [handover(labelled("other K", 32)), handoverWrapped()]) {
    for (let length = 1; length < 55; length++) {
      if (length === command.length) continue;
      refuses(scene, concat(command, new Uint8Array(16)).slice(0, length), `${length} octets of opcode ${command[0]}`);
    }
    for (const aa of [concat(AA_T[0] | 1, AA_T.slice(1)), new Uint8Array(6).fill(0xff), SPA, AA_LOW]) {
      refuses(scene, concat(command[0], aa, command.slice(7)), `AA_T ${hex(aa)}`);
    }
    for (const opcode of [0x00, 0x01, 0x03, 0x06, 0x81, 0x84]) {
      refuses(scene, concat(opcode, command.slice(1)), `opcode ${opcode} in ${command.length} octets`);
    }
  }
  assert.deepEqual(entryIn(scene), entryOf(K), "the entry is the first one's");
});

test("003-M6, AMP-R4: a wrapping with one bit changed, or made with another key, changes nothing", () => {
  const scene = roamingScene();
  tells(scene, handover());
  const command = handoverWrapped();
  for (let bit = 0; bit < 8 * 24; bit++) {
    const changed = command.slice();
    changed[7 + (bit >> 3)] ^= 1 << (bit & 7);
    refuses(scene, changed, `bit ${bit}`);
  }
  for (const key of [deviceKeyOf(ROOT_1), deviceKeyOf(K), PSK.slice(0, 16)]) {
    refuses(scene, handoverWrapped(K_16, key), "another device key");
  }
  tells(scene, command, K_16);
});

test("003-M6, AMP-R4: a command in a frame whose MIC is wrong is no command", () => {
  const scene = roamingScene();
  const m3 = scene.waiting().command(handover()).frame;
  for (const at of [6, 7, 10, 40, m3.length - 3]) {
    scene.refuses(tampered(m3, at), at === 6 ? "replayed PN" : "bad MIC");
    assert.ok(isZero(entryIn(scene)), "nothing is written");
  }
  scene.answer(m3);
  assert.deepEqual(entryIn(scene), entryOf(K), "the right one is taken then");
});

test("003-M6: the same command again is answered the same and writes nothing; another one takes the entry's place", () => {
  const scene = roamingScene();
  tells(scene, handover());
  scene.powerCycle().secure();
  scene.nvm.log = [];
  for (let again = 0; again < 3; again++) tells(scene, handover());
  assert.equal(scene.nvm.log.length, 0, "no write");
  tells(scene, handoverWrapped(K_16, deviceKeyOf(PSK), AA_HIGH), K_16, AA_HIGH);
  assert.deepEqual(
    scene.nvm.log.map(({ offset, octets }) => [offset, octets.length]),
    [
      [ENTRY.offset + 88, 4],
      [ENTRY.offset, 88],
      [ENTRY.offset + 88, 4],
    ],
    "check field 0, the octets before it, the check field",
  );
  assert.deepEqual(entryIn(scene), entryOf(K_16, 0, AA_HIGH));
  assert.equal(new NextAp().asks(scene).kind, "refused", "the AP before has had its day");
  new NextAp(K_16, { aaT: AA_HIGH }).meets(scene);
});

test("003-M6: the entry is of the session's generation: not used after an UPDATE, and wiped with its generation", () => {
  const scene = roamingScene();
  tells(scene, handover());
  scene.ap.enrolUpdate(SPA, 0, MODIFIER_PRIME);
  scene.answer(scene.waiting().update(MODIFIER_PRIME).frame);
  assert.deepEqual(entryIn(scene), entryOf(K), "it stays until an M3 was verified under the new root");
  const stale = new NextAp();
  assert.deepEqual(stale.asks(scene), { kind: "refused", reason: "no root of that generation" });
  scene.secure();
  assert.ok(isZero(entryIn(scene)), "wiped with its generation");
  refuses(scene, handoverWrapped(), "the device key of the root before");
  tells(scene, handoverWrapped(K_16, deviceKeyOf(ROOT_1)), K_16);
  assert.deepEqual(entryIn(scene), entryOf(K_16, 1));
  new NextAp(K_16, { generation: 1 }).meets(scene);
});

test("003-M6: told while an UPDATE is on its way and lost, the station keeps an entry of the old generation, then updates", () => {
  const scene = roamingScene();
  scene.ap.enrolUpdate(SPA, 0, MODIFIER_PRIME);
  scene.waiting().update(MODIFIER_PRIME);
  tells(scene, handoverWrapped(), K_16);
  new NextAp(K_16).meets(scene);
  scene.answer(scene.waiting().update(MODIFIER_PRIME).frame);
  scene.powerCycle();
  assert.equal(scene.waiting().session.generation, 1, "updated");
});

test("003-M6, AMP-R4: NVM that cannot be written, or does not read back, is NVM failed without an answer; the next command succeeds", () => {
  const inEntry = (offset: number): boolean => offset >= ENTRY.offset;
  const kinds: readonly ((scene: DeviceScene) => void)[] = [
    ({ nvm }) => (nvm.failWrite = (offset) => (inEntry(offset) ? { written: 0 } : undefined)),
    ({ nvm }) => (nvm.failWrite = (offset) => (inEntry(offset) ? { written: 40 } : undefined)),
    ({ nvm }) => (nvm.failWrite = (offset) => (offset === ENTRY.offset + 88 ? { written: 2 } : undefined)),
    ({ nvm }) => (nvm.failRead = (offset, length) => inEntry(offset) && length === ENTRY.length),
    ({ nvm }) => {
      let reads = 0;
      nvm.failRead = (offset, length) => {
        // The housekeeping reads it, the comparison, and then it is read back.
        if (inEntry(offset) && length === ENTRY.length && ++reads === 3) nvm.octets[ENTRY.offset + 60] ^= 0x01;
        return false;
      };
    },
  ];
  for (const [kind, fail] of kinds.entries()) {
    const scene = roamingScene();
    scene.secure();
    const told = scene.waiting();
    fail(scene);
    scene.refuses(told.command(handover()).frame, "NVM failed");
    isClean(scene);
    assert.deepEqual(
      told.receive(scene.station.send().frame ?? new Uint8Array(0)),
      new Uint8Array(0),
      `kind ${kind}: it goes on`,
    );
    scene.powerCycle();
    assert.equal(new NextAp().asks(scene).kind, kind === 3 ? "reading" : "refused", `kind ${kind}: what was left`);
    tells(scene, handover());
    new NextAp().meets(scene);
  }
  const scene = roamingScene();
  const told = scene.waiting();
  scene.nvm.failRead = (offset) => offset === 32;
  scene.refuses(told.command(handoverWrapped()).frame, "NVM failed");
});

test("003-M6: a root that is another than the session's when the command comes gives no device key", () => {
  const scene = roamingScene();
  const told = scene.waiting();
  scene.nvm.octets[32] ^= 1;
  scene.refuses(told.command(handoverWrapped()).frame, "bad command");
  assert.ok(isZero(entryIn(scene)), "nothing is written");
});

test("the release and the small build know neither command, and never look behind their record", () => {
  for (const { module } of DEVICES) {
    for (const command of [handover(), handoverWrapped()]) {
      const scene = new DeviceScene(module, { image: ROAMING_IMAGE }).boot();
      scene.refuses(scene.waiting().command(command).frame, "bad command");
      assert.ok(isZero(entryIn(scene)), "nothing is written");
    }
  }
});

test("the oracle's wrapping is RFC 3394's: vector 4.1", () => {
  const key = Uint8Array.from({ length: 16 }, (_, i) => i);
  const data = Uint8Array.from({ length: 16 }, (_, i) => i * 0x11);
  assert.equal(hex(wrapped(data, key)), "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5");
  assert.ok(!equal(MODIFIER, nameOf(K)), "the name is no Modifier of the old AP's");
});
