/**
 * Module `peer`, as tests/unit/peer.ts declares it: the twin's AP, which is its own key service, at the other end of the
 * as-pect suites' air. One device, one session at a time.
 */
import { type ApSession, PLAIN_TRIGGER_INFO, TwinAp } from "../../twin/ap.ts";
import { bigEndian, concat } from "../../twin/bytes.ts";
import { PROFILES } from "../../twin/frames.ts";
import { midstates } from "../../twin/hmac.ts";
import { derive, nextGeneration, pmkInput, rootUpdateInput } from "../../twin/keys.ts";
import { answer, updateCommand } from "../../twin/update.ts";
import type { View } from "./oracle.ts";

/** The imports, over a suite's memory. Functions that make a frame write it to `out` and answer its length. */
export function peer(view: View) {
  let ap: TwinAp;
  let spa: Uint8Array;
  let session: ApSession | null = null;
  let triggers = 0;
  let nextNonce: Uint8Array | null = null;

  const read = (pointer: number, length: number): Uint8Array => view(pointer, length).slice();
  const write = (out: number, octets: Uint8Array): number => {
    view(out, octets.length).set(octets);
    return octets.length;
  };
  const taken = (): ApSession => {
    if (session === null) throw new Error("the AP has taken no M2");
    return session;
  };

  return {
    /** A new AP that holds this device's root of a generation; `modifier` 0: direct mode. */
    open(aa: number, modifier: number, device: number, generation: number, root: number) {
      ap = new TwinAp(read(aa, 6), modifier === 0 ? null : read(modifier, 8));
      spa = read(device, 6);
      ap.enrol(spa, generation, read(root, 32));
      session = null;
    },
    /** The ANonce of the next trigger alone. */
    setNonce(aNonce: number, length: number) {
      nextNonce = read(aNonce, length);
    },
    /** M1 of a profile with DL data, each time with another ANonce; addressed, or to all. */
    trigger(profile: number, dlData: number, length: number, broadcast: number, out: number): number {
      const chosen = PROFILES[profile - 1];
      // The first octet is sometimes low, sometimes high: an SNonce is as often less as it is greater.
      const counted = concat((++triggers * 83) & 0xff, bigEndian(triggers, 8), new Uint8Array(23).fill(0x5a));
      const aNonce = nextNonce ?? counted.slice(0, chosen.N);
      nextNonce = null;
      const to = broadcast ? null : spa;
      const info = { ...PLAIN_TRIGGER_INFO, access: broadcast ? 0 : 1 };
      return write(out, ap.trigger({ profile: chosen, spa: to, aNonce, dlData: read(dlData, length), info }));
    },
    /** The octets of the M2's reading, or -1 when the AP does not take it. */
    respond(m2: number, length: number, out: number): number {
      session = ap.respond(read(m2, length));
      return session === null ? -1 : write(out, session.reading);
    },
    confirm: (payload: number, length: number, out: number) => write(out, taken().confirm(read(payload, length)).frame),
    command: (payload: number, length: number, out: number) => write(out, taken().command(read(payload, length)).frame),
    data: (payload: number, length: number, pn: number, out: number) =>
      write(out, taken().data(read(payload, length), pn).frame),
    /** The octets of the payload of a UL Data frame, or -1 when the AP does not take it. */
    receive(frame: number, length: number, out: number): number {
      const payload = taken().receive(read(frame, length));
      return payload === null ? -1 : write(out, payload);
    },
    /** KCK ‖ TK of the session. */
    ptk: (out: number) => write(out, concat(taken().session.kck, taken().session.tk)),
    /** The PMK under a root. */
    pmk: (root: number, out: number) =>
      write(out, derive(midstates(read(root, 32)), pmkInput(ap.modifier ?? new Uint8Array(0), ap.aa, spa))),
    /** The octets of the UPDATE that takes the root of `generation` to the next. */
    update(root: number, generation: number, modifierPrime: number, out: number): number {
      const prime = read(modifierPrime, 16);
      return write(out, updateCommand(midstates(read(root, 32)), prime, nextGeneration(generation), spa));
    },
    /** The root that an UPDATE makes of the one of `generation`. */
    nextRoot(root: number, generation: number, modifierPrime: number, out: number) {
      const input = rootUpdateInput(read(modifierPrime, 16), nextGeneration(generation), spa);
      write(out, derive(midstates(read(root, 32)), input));
    },
    /** What answers UPDATE and PROVE: 0x81 ‖ generation ‖ proof. */
    proof: (root: number, generation: number, out: number) =>
      write(out, answer(midstates(read(root, 32)), generation, spa)),
  };
}
