/**
 * Random walks over roots of both kinds: associations, updates by Modifier' and by EAP, lost frames, power cuts and forgotten PMKSAs
 * in any order. Whatever came before, the AMP station works, or an association with an honest AP makes it work again.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { PowerFailure } from "../../../host/device/nvm.ts";
import { SPA } from "../../../host/rsn/pair.ts";
import { type Stream, streamsOf } from "../../../host/sim/streams.ts";
import { repeated } from "../../support/devicerounds.ts";
import { PSK, RootsBed } from "./bed.ts";

const STEPS = 12;
/** More than ADOPT writes, so that some cuts never come. */
const OCTETS_MAX = 240;

/** One thing that happens; its name, for the message of a walk that fails. */
function happens(bed: RootsBed, random: Stream): string {
  const isEnrolled = bed.store.load().devices.length > 0;
  switch (random.whole(6)) {
    case 0:
      return `exchange: ${bed.exchanges()}`;
    case 1: {
      const lost = random.whole(4);
      let frames = 0;
      const all = bed.associates().adopts((frame) => {
        const { frame: up } = bed.rsn.receive(frame);
        return frames++ === lost ? undefined : up;
      });
      return `association, ${all} frames down, answer ${lost} lost`;
    }
    case 2: {
      const at = 1 + random.whole(OCTETS_MAX);
      try {
        bed.associates();
        bed.nvm.cutAt(at, random.whole(256));
        bed.adopts();
      } catch (error) {
        if (!(error instanceof PowerFailure)) throw error;
      }
      return `association, power cut at octet ${at}`;
    }
    case 3:
      if (isEnrolled) bed.service.startUpdate(SPA);
      return "an update by Modifier' is wanted";
    case 4:
      if (isEnrolled) bed.service.wantRootByEap(SPA);
      return "a root of EAP is wanted";
    default:
      bed.pair.ap.pmksa.forget(SPA);
      return "the AP forgets the PMKSA";
  }
}

for (const psk of [undefined, PSK]) {
  const walks = repeated(40);
  const what = psk ? "a device with a root" : "a device without one";
  test(`${what}: after each of ${STEPS} steps of ${walks} walks it works, or does after three associations (002-A10, 002-A11)`, () => {
    for (let walk = 0; walk < walks; walk++) {
      const random = streamsOf(nodeCrypto, walk)("a walk over roots");
      const bed = new RootsBed({ psk });
      const steps: string[] = [];
      for (let step = 0; step < STEPS; step++) {
        steps.push(happens(bed, random));
        const outcome = bed.exchanges();
        const isYoung = !psk && outcome === "NVM failed";
        assert.ok(outcome === "confirmed" || isYoung, `walk ${walk}: ${outcome} after ${steps.join("; ")}`);
      }
      for (let again = 0; again < 3; again++) bed.associates().adopts();
      assert.equal(bed.exchanges(), "confirmed", `walk ${walk}, in the end: ${steps.join("; ")}`);
      assert.equal(bed.exchanges(), "confirmed");
      assert.equal(bed.service.progressOf(SPA).updatingTo, undefined, `walk ${walk}: nothing is left open`);
      assert.equal(bed.service.events["wrong proof"], 0);
    }
  });
}
