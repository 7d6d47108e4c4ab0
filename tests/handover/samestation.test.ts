/** The roaming build is the release build in everything but a handover: same ABI, same memory, every vector and walk the same. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { binaryFacts } from "../../host/device/facts.ts";
import { Silicon } from "../../host/device/silicon.ts";
import { touchedBy, watchTouched } from "../../host/device/touched.ts";
import { ONE_EACH } from "../../host/device/weights.ts";
import { m2Work } from "../../host/device/work.ts";
import { PROFILES } from "../../host/wire/profile.ts";
import { Walk } from "../conformance/walk.ts";
import { DEVICES, scripted } from "../support/device.ts";
import { repeated } from "../support/devicerounds.ts";
import { DeviceScene } from "../support/devicescene.ts";
import type { TwinHost } from "../twin/host.ts";
import { RECORD_octets } from "../twin/record.ts";
import { committed, FILE_NAMES } from "../vectors/generate.ts";
import { replay, type Script } from "../vectors/script.ts";
import { handoverWrapped, K_16, NextAp, ROAMING, ROAMING_IMAGE, tells } from "./bed.ts";

const [RELEASE] = DEVICES;

/** The host of a script, with a handover entry behind its record that is empty, or that cannot be read. */
function behind(host: TwinHost, isReadable: boolean): TwinHost {
  return {
    entropy: (length) => host.entropy(length),
    nvmRead(offset, length) {
      if (offset < RECORD_octets) return host.nvmRead(offset, length);
      return isReadable ? new Uint8Array(length) : null;
    },
    nvmWrite: (offset, octets) => host.nvmWrite(offset, octets),
  };
}

for (const isReadable of [true, false]) {
  test(`roaming, the entry ${isReadable ? "empty" : "not readable"}: every vector and seeded walk as on the release build`, () => {
    const scripts: Script[] = FILE_NAMES.flatMap((file) =>
      (JSON.parse(committed(file)).cases as { script: Script }[]).map(({ script }) => script),
    );
    for (let seed = repeated(40); seed > 0; seed--) scripts.push(new Walk(seed).script(30));
    for (const script of scripts) replay(script, (host) => scripted(ROAMING.module, behind(host, isReadable)));
  });
}

test("roaming: the release build's imports, exports and memory, plain MVP, nothing touched above __heap_base", () => {
  const [release, roaming] = [RELEASE.octets, ROAMING.octets].map(binaryFacts);
  for (const fact of ["imports", "exports", "memory", "heapBase", "dataEnd", "hasStart", "hasTable"] as const) {
    assert.deepEqual(roaming[fact], release[fact], fact);
  }
  const watched = new WebAssembly.Module(watchTouched(ROAMING.octets) as Uint8Array<ArrayBuffer>);
  const scene = new DeviceScene(watched, { image: ROAMING_IMAGE, extraExports: true }).boot();
  tells(scene, handoverWrapped(), K_16);
  new NextAp(K_16).meets(scene);
  const { loadEnd, storeEnd } = touchedBy(scene.station.exports);
  assert.ok(loadEnd <= (roaming.heapBase ?? 0) && storeEnd <= (roaming.heapBase ?? 0), `${loadEnd}, ${storeEnd}`);
});

test("roaming: the most work of an M2 has the entry in it: 92 octets more are read, and no more are written", () => {
  const [profile] = PROFILES;
  const kind = { profile, hasModifier: true, dlData_octets: 0, reading_octets: 16, encrypt: true };
  const [release, roaming] = [RELEASE, ROAMING].map(({ octets }) =>
    m2Work(new Silicon(octets, { weights: ONE_EACH }), kind),
  );
  assert.equal(roaming.nvmRead_octets, release.nvmRead_octets + 92);
  assert.equal(roaming.nvmWritten_octets, release.nvmWritten_octets);
  assert.ok(roaming.fuel > release.fuel, `${roaming.fuel} instructions, ${release.fuel} of the release build`);
});
