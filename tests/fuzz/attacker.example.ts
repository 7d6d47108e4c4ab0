/**
 * An attacker of one's own, to start from: ampcore fuzz --attacker tests/fuzz/attacker.example.ts
 *
 * It knows one trick. It lets the AP and the station come to a secure session, records nothing, and then sends Data of
 * its own making with packet numbers that run backwards: what AMP-R1 and R4 have to stand up to. Every other input, half
 * of all, is left to the built-in mutator, which goes on from whatever of these reached something new.
 */
import type { Attacker } from "../../host/fuzz/attacker.ts";
import { FORGE_BITS, type Sequence, step } from "../../host/fuzz/station/step.ts";

const PN_MAX = 0xffff;

export default {
  input(random) {
    const from = 1 + random.whole(PN_MAX);
    const data = [0, 1, 2, 3].map((back) => {
      const octets = random.fill(new Uint8Array(random.whole(16)));
      return step("forge", { a: FORGE_BITS.encrypted, b: Math.max(from - back, 0), octets });
    });
    return [step("boot"), step("trigger", { a: random.whole(3) }), step("answer"), ...data, step("received")];
  },
} satisfies Attacker<Sequence>;
