/** How far the device reaches into memory by itself, over everything that the other suites do with it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { binaryFacts } from "../../host/device/facts.ts";
import { loadStation, type Station } from "../../host/device/load.ts";
import { touchedBy, watchTouched } from "../../host/device/touched.ts";
import { Walk } from "../conformance/walk.ts";
import { Hand } from "../secrets/hand.ts";
import { roundOf, VARIANTS } from "../secrets/rounds.ts";
import { playTalk } from "../secrets/talk.ts";
import { DEVICES, scripted } from "../support/device.ts";
import { repeated } from "../support/devicerounds.ts";
import { replay } from "../vectors/script.ts";

const MEMORY_MAX_octets = 1408;
const WALKS = repeated(150);
/** Seeds beyond those of the other walks. */
const FIRST_SEED = 2_000_000;

const options = { extraExports: true };

for (const { name: build, octets } of DEVICES) {
  const module = new WebAssembly.Module(watchTouched(octets));
  const { heapBase, dataSegments } = binaryFacts(octets);
  let furthest = 0;

  /** Constants are constant, and no access reached __heap_base. */
  const isBounded = ({ exports, memory }: Station): void => {
    const { loadEnd, storeEnd } = touchedBy(exports);
    furthest = Math.max(furthest, loadEnd, storeEnd);
    assert.ok(heapBase !== undefined && furthest <= heapBase, `an access ended at ${furthest}`);
    const fresh = new WebAssembly.Instance(module, { env: { entropy: () => 0, nvmRead: () => 0, nvmWrite: () => 0 } });
    const constants = new Uint8Array((fresh.exports.memory as WebAssembly.Memory).buffer);
    for (const { address, octets: length } of dataSegments) {
      const [is, was] = [memory, constants].map((all) => all.slice(address, address + length));
      assert.deepEqual(is, was, `the constants at ${address}`);
    }
  };

  test(`${build}: talks in every profile and mode stay below __heap_base`, () => {
    for (const variant of VARIANTS) {
      const { secrets, host } = roundOf(variant, 1);
      const station = loadStation(module, host, options);
      playTalk(new Hand(station.exports, variant.exchange, secrets, { after: () => undefined }));
      isBounded(station);
    }
  });

  test(`${build}: ${WALKS} random walks stay below __heap_base, and the furthest octet is below ${MEMORY_MAX_octets}`, () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + WALKS; seed++) {
      const stations: Station[] = [];
      replay(new Walk(seed).script(40), (host) => scripted(module, host, options, (station) => stations.push(station)));
      stations.forEach(isBounded);
    }
    assert.ok(furthest <= MEMORY_MAX_octets, `${furthest}`);
  });
}
