/** What build/rsn.wasm is, read from its octets, and how far it reaches into memory. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../../host/build/build.ts";
import { GLOBALS, IMPORTS, MEMORY } from "../../../host/device/abi.ts";
import { counter } from "../../../host/device/count.ts";
import { binaryFacts } from "../../../host/device/facts.ts";
import { rewrite } from "../../../host/device/rewrite/rewrite.ts";
import { touchedBy, watchTouched } from "../../../host/device/touched.ts";
import {
  RSN_FUNCTIONS,
  RSN_PAYLOAD_OCTETS,
  RSN_RX_OCTETS,
  RSN_STATES,
  RSN_TX_OCTETS,
} from "../../../host/rsn/station/abi.ts";
import { loadRsnStation } from "../../../host/rsn/station/load.ts";
import { RSN_STATUS_NAMES } from "../../../host/rsn/station/statuses.ts";
import { concat } from "../../support/hex.ts";
import { AKMS, Bed, KEYED, OCTETS, OPEN } from "./bed.ts";
import { LLC_IP } from "./scriptedap.ts";

const MEMORY_MAX_octets = 2672;
const facts = binaryFacts(OCTETS);
const signature = (parameters: number): string => `(${Array(parameters).fill("i32").join(" ")}) -> i32`;

test("rsn.wasm imports exactly the three of the AMP station and exports exactly its ABI", () => {
  const imports = Object.entries(IMPORTS).map(([name, parameters]) => `env.${name} ${signature(parameters)}`);
  assert.deepEqual([...facts.imports].sort(), imports.sort());
  const functions = Object.entries(RSN_FUNCTIONS).map(([name, parameters]) => `${name} ${signature(parameters)}`);
  assert.deepEqual(
    [...facts.exports].sort(),
    [...functions, `${MEMORY} memory`, ...GLOBALS.map((name) => `${name} global`)].sort(),
  );
});

test("rsn.wasm is plain MVP without start function, table, growth, floats, division or names", () => {
  assert.deepEqual([facts.hasStart, facts.hasTable, facts.hasElements], [false, false, false]);
  assert.deepEqual(facts.customSections, []);
  const { regions } = rewrite(OCTETS, "region", () => ({})).program;
  const used = new Set(regions.flatMap(({ instructions }) => instructions.map(({ opcode }) => opcode.name)));
  assert.ok(used.has("i32.load"), "instructions were read");
  // A trap that the compiler put there would be a load or store that it knows to be out of bounds.
  for (const name of used) assert.doesNotMatch(name, /^unreachable|^memory\.|^call_indirect$|f32|f64|\.div_|\.rem_/);
});

test(`rsn.wasm: one page, of which ${MEMORY_MAX_octets} octets are used; mutable globals start at 0`, () => {
  assert.deepEqual(facts.memory, { min: 1, max: 1 });
  assert.equal(facts.heapBase, MEMORY_MAX_octets);
  assert.equal(facts.dataEnd, facts.heapBase);
  for (const { mutable, init } of facts.globals) if (mutable) assert.equal(Number(init), 0);
});

test("rsn.wasm: sessions under every AKM and in both modes stay below __heap_base and leave its constants alone", () => {
  const module = new WebAssembly.Module(watchTouched(OCTETS) as Uint8Array<ArrayBuffer>);
  for (const akm of AKMS) {
    for (const state of [KEYED, OPEN]) {
      const bed = new Bed(akm, { module });
      const constants = facts.dataSegments.map(({ address, octets }) =>
        bed.station.memory.slice(address, address + octets),
      );
      bed.reach(state);
      const { ap } = bed;
      bed.answers(ap.sealed(ap.g1()));
      bed.sends(concat(LLC_IP, new Uint8Array(104)));
      bed.takes(ap.sealed(concat(LLC_IP, new Uint8Array(104))));
      bed.station.received();
      for (let length = 0; length <= 512; length += 7)
        bed.station.receive(ap.sealed(new Uint8Array(Math.max(0, length - 40))));
      const { loadEnd, storeEnd } = touchedBy(bed.exports);
      assert.ok(Math.max(loadEnd, storeEnd) <= MEMORY_MAX_octets, `${loadEnd}, ${storeEnd}`);
      for (const [i, { address, octets }] of facts.dataSegments.entries()) {
        assert.deepEqual(bed.station.memory.slice(address, address + octets), constants[i], "constants");
      }
    }
  }
});

test("the loader and the module agree on buffers, states and statuses", () => {
  const { exports } = new Bed(2).station;
  const [rx, tx, payload] = [exports.rsn_rx_buffer(), exports.rsn_tx_buffer(), exports.rsn_payload_buffer()];
  assert.ok(tx - rx >= RSN_RX_OCTETS && payload - tx >= RSN_TX_OCTETS, "buffers do not overlap");
  assert.ok(payload + RSN_PAYLOAD_OCTETS < exports.__heap_base.value, "the last one ends below the heap");
  const source = readFileSync(join(ROOT, "assembly/rsn/status.ts"), "utf8");
  const declared = [...source.matchAll(/export const (\w+): i32 = (-\d+);/g)].map(([, name, value]) => [
    name,
    Number(value),
  ]);
  const constant = (name: string): string => name.toUpperCase().replace(/[^A-Z]+/g, "_");
  assert.deepEqual(
    declared,
    RSN_STATUS_NAMES.map((name, i) => [constant(name), -1 - i]),
  );
  assert.equal(RSN_STATES.length, 9);
});

test("a module that is not an RSN station is not loaded, and the sentence says why", () => {
  const host = { entropy: () => true, nvmRead: () => true, nvmWrite: () => true };
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  assert.throws(() => loadRsnStation(empty, host), /This is no RSN station: it does not import .*entropy/);
  assert.throws(() => loadRsnStation(counter(OCTETS).wasm, host), /exports beyond the ABI/);
});
