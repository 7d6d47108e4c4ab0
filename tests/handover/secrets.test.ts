/** What the station does with K, DK and PMK_T: nothing that a watcher of time or addresses sees, and nothing that stays in RAM. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { tracer } from "../../host/device/trace.ts";
import { ramOf } from "../support/devicelayout.ts";
import { DeviceScene, freshEntropy } from "../support/devicescene.ts";
import { equal } from "../twin/bytes.ts";
import { midstates } from "../twin/hmac.ts";
import { provision } from "../twin/record.ts";
import { labelled, SPA } from "../vectors/world.ts";
import { deviceKeyOf, handover, handoverWrapped, NextAp, nameOf, pmkOf, ROAMING, ROAMING_IMAGE, tells } from "./bed.ts";

const ROUNDS = 40;
/** Nonces are public, and their order decides how the PTK's input is put: it is the same in all rounds. */
const crypto = { ...nodeCrypto, randomBytes: (length: number) => labelled("handover secrets, ANonce", length) };
const traced = tracer(ROAMING.octets);
const module = new WebAssembly.Module(traced.wasm as Uint8Array<ArrayBuffer>);

/** Secrets of one round, and a station that has them. */
function secrets(round: number) {
  const root = labelled(`handover secrets, root ${round}`, 32);
  const image = ROAMING_IMAGE.slice();
  image.set(provision(SPA, midstates(root)));
  const key = labelled(`handover secrets, K ${round}`, 32);
  const options = { image, roots: new Map([[0, root]]), extraExports: true, entropy: freshEntropy("handover secrets") };
  return { root, key, wrappedKey: key.slice(0, 16), scene: new DeviceScene(module, options).boot() };
}

/** The traces of the M3 with the command, the same again, and of M1 and M3 of the next AP. */
function tracesOf(round: number, isWrapped: boolean): string[] {
  const { root, key: whole, wrappedKey, scene } = secrets(round);
  const key = isWrapped ? wrappedKey : whole;
  const command = isWrapped ? handoverWrapped(key, deviceKeyOf(root)) : handover(key);
  const traces: string[] = [];
  const taken = (work: () => void): void => {
    const { exports } = scene.station;
    traced.reset(exports);
    work();
    const { path, addresses } = traced.read(exports);
    traces.push(`${path} ${addresses}`);
  };
  scene.secure();
  for (let again = 0; again < 2; again++) {
    const m3 = scene.waiting().command(command).frame;
    taken(() => scene.answer(m3));
  }
  scene.powerCycle();
  taken(() => new NextAp(key, { crypto }).meets(scene));
  return traces;
}

for (const isWrapped of [false, true]) {
  const name = isWrapped ? "HANDOVER WRAPPED" : "HANDOVER";
  test(`003-M6, AMP-R6: ${name} and the next AP's exchange have one trace over ${ROUNDS} random roots and keys`, () => {
    const first = tracesOf(0, isWrapped);
    assert.notEqual(first[0], first[1], "a command that writes is told from one that does not");
    for (let round = 1; round < ROUNDS; round++) assert.deepEqual(tracesOf(round, isWrapped), first, `round ${round}`);
  });

  test(`003-M6, AMP-R5: after ${name} neither K nor what was made of it is in RAM, taken or refused`, () => {
    const { root, key: whole, wrappedKey, scene } = secrets(0);
    const key = isWrapped ? wrappedKey : whole;
    const { inner, outer } = midstates(key);
    const pmk = midstates(pmkOf(key));
    const kept = [key, deviceKeyOf(root), pmkOf(key), inner, outer, pmk.inner, pmk.outer, nameOf(key)];
    const right = isWrapped ? handoverWrapped(key, deviceKeyOf(root)) : handover(key);
    // In octets and in words of the machine's order: as they are hashed.
    const swapped = (octets: Uint8Array): Uint8Array => octets.map((_, i) => octets[(i & ~3) + 3 - (i & 3)]);
    const look = (what: string): void => {
      const { from, end } = ramOf(scene.station);
      const ram = scene.station.memory.slice(from, end);
      for (const secret of kept) {
        for (const form of [secret, swapped(secret)]) {
          const part = form.slice(0, 8);
          for (let at = 0; at + 8 <= ram.length; at++) {
            // The answer holds the name encrypted: in clear it stands nowhere.
            assert.ok(!equal(ram.slice(at, at + 8), part), `${what}: a secret at ${from + at}`);
          }
        }
      }
    };
    tells(scene, right, key);
    look("taken");
    if (isWrapped) {
      const wrong = right.slice();
      wrong[30] ^= 1;
      scene.refuses(scene.waiting().command(wrong).frame, "bad command");
      look("refused");
    }
    scene.nvm.failWrite = () => ({ written: 0 });
    scene.nvm.octets.fill(0, 268);
    scene.refuses(scene.waiting().command(right).frame, "NVM failed");
    look("NVM failed");
  });
}
