/**
 * The station as firmware on emulated microcontrollers: the same octets as on Node, whatever the core; power cut at guest
 * instructions; a memory access that is wrong traps.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { builtModule, builtNames, variantModule } from "../../host/build/build.ts";
import { BOARDS } from "../../host/mcu/boards.ts";
import { fitting, OtherEnd, type Topic } from "../../host/mcu/conversation.ts";
import { demonstrated } from "../../host/mcu/demonstration.ts";
import { Emulated } from "../../host/mcu/emulated.ts";
import { firmware } from "../../host/mcu/firmware.ts";
import { CALLS, powerCuts } from "../../host/mcu/powercuts.ts";
import { McuError, translate } from "../../host/mcu/translate.ts";
import { PROFILES } from "../../host/wire/profile.ts";
import { skipWithoutProgram } from "../support/devicetools.ts";

const TOOLS = ["wasm2c", "arm-none-eabi-gcc", "qemu-system-arm"];
const skip = TOOLS.map((tool) => skipWithoutProgram(tool)).find((one) => one) ?? false;
const [m4] = BOARDS;

const folder = mkdtempSync(join(tmpdir(), "ampcore-mcu-test-"));
after(() => rmSync(folder, { recursive: true }));

const topic = (change: Partial<Topic>): Topic =>
  fitting({
    ...{ profile: PROFILES[0], encrypt: true, keying: "cold", reading_octets: 16 },
    ...{ trigger_octets: 4, confirm_octets: 8, update: false, data: true },
    ...change,
  });

const TOPICS: readonly Topic[] = [
  topic({}),
  topic({ profile: PROFILES[1], encrypt: false, keying: "cached", update: true }),
  topic({ profile: PROFILES[2], keying: "direct", data: false }),
];

for (const board of BOARDS) {
  test(`on ${board.name} (${board.core}) the module says and writes what it does on Node`, { skip }, async () => {
    for (const name of ["release", "small"]) {
      const [module, names] = [await builtModule(name), await builtNames(name)];
      const made = firmware({ board, module, names });
      assert.ok(made.ram_octets + 2048 <= board.ram.octets, `${made.ram_octets} octets of RAM`);
      for (const one of TOPICS) {
        const { isSame, turns, instructions } = await demonstrated(made, { module, names }, one);
        assert.ok(isSame, `${name}, ${one.profile.name}: another frame, answer or octet of NVM`);
        assert.equal(instructions.length, turns.length, "every call was counted");
      }
    }
  });
}

test("counts are exact: the same conversation takes the same instructions again, to the last", { skip }, async () => {
  const [module, names] = [await builtModule("release"), await builtNames("release")];
  const made = firmware({ board: m4, module, names });
  const [first, second] = [
    await demonstrated(made, { module, names }, TOPICS[0]),
    await demonstrated(made, { module, names }, TOPICS[0]),
  ];
  assert.deepEqual(first.instructions, second.instructions);
  const phases = Object.keys(first.instructions[2]);
  for (const phase of ["frame", "snonce", "pmk", "ptk", "mic"])
    assert.ok(phases.includes(phase), `M1 has a phase ${phase}`);
});

for (const call of Object.keys(CALLS) as (keyof typeof CALLS)[]) {
  test(`AMP-R2, AMP-R7: power cut at instructions of ${call} on a ${m4.core}: it goes on from NVM`, {
    skip,
  }, async () => {
    const module = await builtModule("release");
    const { died, recovered, repeated, apart } = await powerCuts(
      { firmware: firmware({ board: m4, module }), module },
      call,
      6,
    );
    assert.deepEqual({ died, recovered, repeated, apart }, { died: 6, recovered: 6, repeated: 0, apart: 0 });
  });
}

test("a station that leaves the counter out is found by power cuts with dead noise", { skip }, async () => {
  const edit = ["assembly/station/snonce.ts", "bswap<u32>(Cycle.counter)", "0"] as const;
  const module = await variantModule("release", [edit]);
  const { repeated } = await powerCuts({ firmware: firmware({ board: m4, module }), module }, "m3", 2);
  assert.ok(repeated > 0, "SNonces that repeat are seen");
});

test("an access beyond the module's memory traps, and the emulator says so", { skip }, async () => {
  const stray = await variantModule("release", [
    ["assembly/index.ts", "return Session.state;", "return Session.state + load<u8>(Session.state << 16);"],
  ]);
  const place = join(folder, "stray");
  const { image } = new OtherEnd(1, false);
  mkdirSync(place);
  writeFileSync(join(place, "nvm.bin"), image);
  const station = new Emulated({
    firmware: firmware({ board: m4, module: stray }),
    folder: place,
    entropy: () => true,
  });
  assert.equal(await station.boot(), 0);
  await assert.rejects(() => station.state(), /the module accessed memory beyond its own/);
});

test("a module that accesses constant addresses beyond its memory is not made into firmware", { skip }, async () => {
  const far = await variantModule("release", [
    ["assembly/index.ts", "return Session.state;", "return load<u8>(Session.state, 60000);"],
  ]);
  assert.throws(
    () => translate(far),
    (error) => error instanceof McuError && /beyond its own memory/.test(error.message),
  );
});
