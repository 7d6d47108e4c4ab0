/**
 * The WASM core as a backend of an access point: the verdicts and the octets of node:crypto, on the committed vectors and on
 * frames that somebody changed; one trace for all secrets.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { AccessPoint, type TriggerRequest } from "../../host/ap/accesspoint.ts";
import { PmkTable } from "../../host/ap/pmks.ts";
import { ROOT } from "../../host/build/build.ts";
import { importable } from "../../host/build/typescript.mjs";
import type { Crypto } from "../../host/crypto/crypto.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { createWasmCrypto } from "../../host/crypto/wasm.ts";
import { firstDifference, recorder, tracer } from "../../host/device/trace.ts";
import { FCS_OCTETS, fcsOf } from "../../host/wire/fcs.ts";
import { PROFILES } from "../../host/wire/profile.ts";
import { README } from "../readme/page.ts";
import { toHex, hex as unhex } from "../support/hex.ts";
import { decodeTdc, decodeTriggerBody, decodeTriggerInfo, splitFrame } from "../twin/frames.ts";
import { labelled } from "../vectors/world.ts";
import { type Case, casesOf } from "../wire/vectors.ts";
import { coreModule, wasmCrypto } from "./backends.ts";

const NOW_s = 0;
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;

/** An AP with the PMK of a case, which has just sent the case's M1. */
function apOf(backend: Crypto, { frames, keys, parties, name }: Case): AccessPoint {
  assert.ok(frames?.m1 && keys && parties, name);
  const m1 = unhex(frames.m1.frame);
  const { id, tdc, body } = splitFrame(m1);
  const { profile: number, modifier: hasModifier } = decodeTdc(tdc);
  const profile = PROFILES[number - 1];
  const { info, aNonce, modifier, dlData } = decodeTriggerBody(body, { ...profile }, hasModifier);
  const { sessionId, reserved: _, ...asked } = decodeTriggerInfo(info);
  const [aa, spa] = [unhex(parties.aa), unhex(parties.spa)];
  const request: TriggerRequest = { ...asked, profile, data: dlData, to: id === 0xffff ? "broadcast" : spa };
  const crypto: Crypto = { ...backend, randomBytes: () => aNonce.slice() };
  const table = new PmkTable(aa, crypto);
  table.assign(modifier ?? undefined, () => {});
  table.hold({ spa, pmks: [{ generation: 0, pmk: unhex(keys.pmk.key) }] }, () => {});
  table.begin(() => {});
  const service = { commandFor: () => undefined, offer: () => false, missing: () => {} };
  const ap = new AccessPoint({ crypto, keys: table, service, triggerSpan_s: () => 0 });
  for (let i = 0; i <= sessionId; i++) ap.trigger(0, request, NOW_s);
  return ap;
}

/** What an AP says to the frames, one after the other: verdicts, payloads, M3s, and DL Data behind them. */
function said(ap: AccessPoint, spa: Uint8Array, frames: readonly Uint8Array[]): string[] {
  const words = frames.map((frame) => {
    const received = ap.receive(0, frame, NOW_s);
    switch (received.kind) {
      case "reading": {
        const m3 = received.reading.delivered(NOW_s, Uint8Array.of(1, 2, 3))?.m3;
        return `reading ${toHex(received.reading.payload)} M3 ${m3 ? toHex(m3) : "none"}`;
      }
      case "again":
        return `again ${toHex(received.m3)}`;
      case "data":
        return `data ${toHex(received.payload)}`;
      case "refused":
        return `refused: ${received.reason}`;
      default:
        return received.kind;
    }
  });
  const down = ap.data(spa, Uint8Array.of(4, 5), NOW_s);
  return [...words, down.octets ? `DL ${toHex(down.octets)}` : `no DL: ${down.reason}`, JSON.stringify(ap.refused)];
}

/** The frame with one bit of an octet before its FCS changed, and an FCS that fits. */
function changed(frame: Uint8Array, at: number, bit: number): Uint8Array {
  const copy = frame.slice();
  copy[at] ^= 1 << bit;
  const end = copy.length - FCS_OCTETS;
  const fcs = fcsOf(copy, end);
  copy.set([fcs & 0xff, fcs >> 8], end);
  return copy;
}

for (const file of ["exchange-compact.json", "exchange-wide.json", "exchange-strong.json"] as const) {
  test(`${file}: an AP on the WASM core says what one on node:crypto says, to honest frames and to changed ones`, () => {
    let readings = 0;
    let badMics = 0;
    for (const each of casesOf(file)) {
      const { m2, ulData } = each.frames ?? {};
      assert.ok(m2 && ulData && each.parties, each.name);
      const [response, data] = [unhex(m2.frame), unhex(ulData.frame)];
      const forged = Array.from({ length: response.length - 7 }, (_, i) => changed(response, 5 + i, i % 8));
      const cut = response.slice(0, -1);
      const frames = [...forged, cut, response, response, changed(data, data.length - 3, 0), data, data];
      const spa = unhex(each.parties.spa);
      const [core, node] = [wasmCrypto, nodeCrypto].map((crypto) => said(apOf(crypto, each), spa, frames));
      assert.deepEqual(core, node, each.name);
      readings += node.filter((word) => word.startsWith("reading")).length;
      badMics += node.filter((word) => word === "refused: bad MIC").length;
    }
    const cases = casesOf(file).length;
    assert.ok(
      readings === cases && badMics > 20 * cases,
      `${readings} readings, ${badMics} bad MICs in ${cases} cases`,
    );
  });
}

/** Calls of every function, with these secrets; all else is the same. */
const CALLS: readonly ((crypto: Crypto, secret: (length: number) => Uint8Array) => unknown)[] = [
  (crypto, secret) => crypto.sha256(secret(60)),
  (crypto, secret) => crypto.hmac(secret(32), secret(119)),
  (crypto, secret) => crypto.kdf256(secret(32), "AMP PTK", secret(44)),
  (crypto, secret) => crypto.cmac(secret(16), secret(43)),
  (crypto, secret) => crypto.ccmSeal(secret(16), new Uint8Array(13), new Uint8Array(12), secret(40), 8),
  (crypto, secret) => crypto.ccmOpen(secret(16), new Uint8Array(13), new Uint8Array(12), secret(40), 16),
];

test("AMP-R6: one trace of branches and addresses in the core for 50 sets of secrets, call by call", () => {
  const { wasm, reset, read } = tracer(coreModule);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>));
  const crypto = createWasmCrypto(instance, nodeCrypto);
  for (const [i, call] of CALLS.entries()) {
    const traces = new Set<string>();
    for (let set = 0; set < 50; set++) {
      reset(instance.exports);
      call(crypto, (length) => labelled(`core, secret ${i} ${set} ${length}`, length));
      const { path, addresses } = read(instance.exports);
      traces.add(`${path} ${addresses}`);
    }
    assert.equal(traces.size, 1, `${call}`);
  }
});

test("a trace tells calls apart that differ in what is public", () => {
  const recording = recorder(coreModule);
  const module = new WebAssembly.Module(recording.wasm as Uint8Array<ArrayBuffer>);
  const crypto = createWasmCrypto(new WebAssembly.Instance(module, recording.imports), nodeCrypto);
  const events = [40, 56].map((length) => {
    recording.take();
    crypto.hmac(new Uint8Array(32), new Uint8Array(length));
    return recording.take();
  });
  assert.ok(firstDifference(events[0], events[1]), "one block more");
});

test("what is longer than AMP's goes to the other backend, what is not does not", () => {
  const seen: string[] = [];
  const noted = Object.fromEntries(
    (["sha256", "hmac", "cmac", "ccmSeal", "ccmOpen"] as const).map((name) => [
      name,
      (...args: Uint8Array[]) => {
        seen.push(name);
        return (nodeCrypto[name] as (...args: Uint8Array[]) => Uint8Array | null)(...args);
      },
    ]),
  );
  const crypto = createWasmCrypto(new WebAssembly.Instance(new WebAssembly.Module(coreModule)), {
    ...nodeCrypto,
    ...noted,
  });
  const of = (length: number): Uint8Array => new Uint8Array(length);
  const key = of(16);
  for (const call of CALLS) call(crypto, of);
  assert.deepEqual(seen, []);
  crypto.sha256(of(120));
  crypto.hmac(of(33), of(1));
  crypto.hmac(of(32), of(120));
  crypto.cmac(key, of(0));
  crypto.cmac(key, of(401));
  crypto.ccmSeal(key, of(13), of(0), of(1), 8);
  crypto.ccmOpen(key, of(13), of(12), of(400), 8);
  assert.deepEqual(seen, ["sha256", "hmac", "hmac", "cmac", "cmac", "ccmSeal", "ccmOpen"]);
});

test("the README's lines for an AP on the core run as they stand, and their AP sends a trigger", async () => {
  const [, imports, lines] = /```ts\n((?:import .*\n)+)\n([^`]*createWasmCrypto[^`]*)```/.exec(README) ?? [];
  assert.ok(lines, "no such lines in the README");
  const service = { commandFor: () => undefined, offer: () => false, missing: () => {} };
  const given: Record<string, unknown> = { aa: Uint8Array.of(2, 0, 0, 0, 0, 1), service, triggerSpan_s: () => 0 };
  for (const [, names, path] of imports.matchAll(/^import \{ (.+) \} from "(.+)";$/gm)) {
    const module = await import(importable(pathToFileURL(join(ROOT, path))).href);
    for (const name of names.split(", ")) given[name] = module[name];
  }
  const run = new AsyncFunction(...Object.keys(given), `${lines}\nreturn { ap, keys, crypto };`);
  const { ap, keys, crypto } = await run(...Object.values(given));
  assert.ok(ap instanceof AccessPoint && keys instanceof PmkTable, "an AP and its PMKs");
  keys.assign(undefined, () => {});
  keys.hold({ spa: Uint8Array.of(2, 0, 0, 0, 0, 2), pmks: [{ generation: 0, pmk: new Uint8Array(32) }] }, () => {});
  assert.throws(() => crypto.cmac(new Uint16Array(16), new Uint8Array(1)), TypeError, "on the core");
  const request: TriggerRequest = {
    ...{ to: "broadcast", profile: PROFILES[0], acwe: 0, ulRate: 1, access: 0 },
    ...{ slots: 1, slotDuration_4us: 250 },
  };
  assert.equal(splitFrame(ap.trigger(0, request, NOW_s)).id, 0xffff);
});
