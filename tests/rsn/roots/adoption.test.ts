/** A root for the AMP station out of EAP-PSK (docs/RSN.md section 9): birth, rotation, and every death in between. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtModule } from "../../../host/build/build.ts";
import { FULL, fuelOf, hasDied, meter } from "../../../host/device/meter.ts";
import { PowerFailure } from "../../../host/device/nvm.ts";
import { decodeRecord } from "../../../host/keys/record.ts";
import { SPA } from "../../../host/rsn/pair.ts";
import { AMP_RECORD_OFFSET } from "../../../host/rsn/station/record.ts";
import { repeated } from "../../support/devicerounds.ts";
import { PSK, RootsBed } from "./bed.ts";

const METERED = new WebAssembly.Module(meter(await builtModule("rsn")) as Uint8Array<ArrayBuffer>);
const ampRecord = (bed: RootsBed): Uint8Array => bed.nvm.octets.slice(AMP_RECORD_OFFSET);

test("birth: a device without a root stays off, adopts MSK[0..31] as generation 0, and then answers triggers (002-A11)", () => {
  const bed = new RootsBed();
  assert.equal(bed.exchanges(), "NVM failed");
  bed.associates();
  assert.equal(bed.adopts(), 2, "PROVE and ADOPT");
  const [a, b] = decodeRecord(ampRecord(bed)).slots;
  assert.deepEqual([a.valid, a.generation, a.newest, b.empty], [true, 0, true, true]);
  assert.equal(bed.exchanges(), "confirmed");
  const [stored] = bed.store.load().devices;
  assert.deepEqual(stored.root, bed.pmks.of(SPA)?.pmk);
});

test("the next root: only when the key service wants it, and the one before is dropped by the proof (002-A11)", () => {
  const bed = new RootsBed({ psk: PSK });
  assert.equal(bed.exchanges(), "confirmed");
  assert.equal(bed.associates().adopts(), 1, "PROVE alone: nobody wants another root");
  assert.equal(bed.generation, 0);
  bed.service.wantRootByEap(SPA);
  assert.equal(bed.associates().adopts(), 2, "over the PMKSA, whose PMK was never offered");
  assert.equal(bed.generation, 1);
  assert.equal(bed.service.progressOf(SPA).updatingTo, undefined);
  assert.equal(bed.exchanges(), "confirmed");
  assert.equal(bed.service.startUpdate(SPA), 2, "and section 6 goes on from there");
  assert.equal(bed.exchanges(), "confirmed");
  assert.equal(bed.generation, 2);
  assert.equal(bed.exchanges(), "confirmed");
});

test("no root comes back: a PMK that was a root is not offered again, and the next association has EAP (002-A11)", () => {
  const bed = new RootsBed().associates();
  bed.adopts();
  const first = bed.pmks.of(SPA)?.pmk.slice();
  bed.service.startUpdate(SPA);
  assert.equal(bed.exchanges(), "confirmed");
  assert.equal(bed.generation, 1);
  bed.service.wantRootByEap(SPA);
  assert.equal(bed.associates().adopts(), 1, "over the PMKSA: PROVE alone");
  assert.equal(bed.associates().adopts(), 2, "over another PMK");
  assert.notDeepEqual(bed.pmks.of(SPA)?.pmk, first);
  assert.equal(bed.generation, 2);
  assert.equal(bed.associates().adopts(), 1, "the wish is fulfilled");
  assert.equal(bed.exchanges(), "confirmed");
});

test("the answer to ADOPT is lost: the next AMP exchange proves the root as well, and a cached PMKSA asks again", () => {
  for (const way of ["AMP exchange", "association"]) {
    const bed = new RootsBed({ psk: PSK });
    bed.service.wantRootByEap(SPA);
    let frames = 0;
    bed.associates().adopts((frame) => {
      const { frame: up } = bed.rsn.receive(frame);
      return ++frames === 2 ? undefined : up;
    });
    assert.equal(bed.generation, 0, "not proven yet");
    if (way === "association") assert.equal(bed.associates().adopts(), 1, "the proof comes to PROVE");
    else assert.equal(bed.exchanges(), "confirmed");
    assert.equal(bed.generation, 1);
    assert.equal(bed.exchanges(), "confirmed");
  }
});

test("ADOPT is lost: the device goes on with its root, and the next association does it", () => {
  const bed = new RootsBed({ psk: PSK });
  bed.service.wantRootByEap(SPA);
  let frames = 0;
  bed.associates().adopts((frame) => (++frames === 2 ? undefined : bed.rsn.receive(frame).frame));
  assert.equal(bed.exchanges(), "confirmed", "under generation 0");
  assert.equal(bed.associates().adopts(), 2);
  assert.equal(bed.generation, 1);
  assert.equal(bed.exchanges(), "confirmed");
});

for (const psk of [undefined, PSK]) {
  const what = psk ? "the next root" : "birth";
  test(`${what}: power fails in every octet of NVM that ADOPT writes: device and service share a root, or there is none yet; the next time it is done`, () => {
    const octets = octetsOfAdopt(psk);
    assert.ok(octets >= 72, `${octets} octets are written`);
    for (let at = 1; at <= octets; at++) {
      const bed = bedBefore(psk);
      let frames = 0;
      assert.throws(
        () =>
          bed.adopts((frame) => {
            if (++frames === 2) bed.nvm.cutAt(at, at % 2 ? 0x5a : "old");
            return bed.rsn.receive(frame).frame;
          }),
        PowerFailure,
      );
      heals(bed, psk);
    }
  });

  test(`${what}: death at any instruction of PROVE and ADOPT: they share a root, or there is none yet; the next time it is done`, () => {
    const rounds = repeated(40);
    const fuel = fuelOfAdoption(psk);
    for (let round = 0; round < rounds; round++) {
      const bed = bedBefore(psk, METERED);
      const gauge = fuelOf(bed.rsn.exports);
      gauge.value = Math.floor((fuel * (round + 0.5)) / rounds);
      assert.throws(() => bed.adopts(), WebAssembly.RuntimeError);
      assert.ok(hasDied(bed.rsn.exports), "it died of the meter");
      heals(bed, psk);
    }
  });
}

/** A bed in which the next thing is PROVE. */
function bedBefore(psk: Uint8Array | undefined, module?: WebAssembly.Module): RootsBed {
  const bed = new RootsBed({ psk, module });
  if (psk) bed.service.wantRootByEap(SPA);
  return bed.associates();
}

function octetsOfAdopt(psk: Uint8Array | undefined): number {
  const bed = bedBefore(psk);
  const before = bed.nvm.written;
  bed.adopts();
  return bed.nvm.written - before;
}

function fuelOfAdoption(psk: Uint8Array | undefined): number {
  const bed = bedBefore(psk, METERED);
  const gauge = fuelOf(bed.rsn.exports);
  gauge.value = FULL;
  bed.adopts();
  return FULL - gauge.value;
}

/** After a death: the AMP station works, or has no root yet; and an association ends what was begun. */
function heals(bed: RootsBed, psk: Uint8Array | undefined): void {
  const amp = bed.exchanges();
  assert.ok(amp === "confirmed" || (!psk && amp === "NVM failed"), `the AMP station: ${amp}`);
  bed.associates().adopts();
  assert.equal(bed.exchanges(), "confirmed");
  assert.equal(bed.service.progressOf(SPA).updatingTo, undefined);
  assert.equal(bed.service.events["wrong proof"], 0);
}
