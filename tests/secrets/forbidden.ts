/** What must not stand in memory, computed once: the cases of a table have the same few rounds, and begin alike. */
import { nodeCrypto } from "../../host/crypto/node.ts";
import { ascii, hex } from "../twin/bytes.ts";
import { sNonceMessage } from "../twin/keys.ts";
import { SPA } from "../vectors/world.ts";
import { type Keys, nextRoot, updateOf } from "./peer.ts";
import { residueOf, residueOfUpdate } from "./residue.ts";
import { type Round, roundOf, type Variant } from "./rounds.ts";
import { Windows } from "./windows.ts";

/** SNonces of one power cycle that a story may come to. */
const SNONCES = 8;

const REMEMBERED = new Map<string, Windows>();

function remembered(name: string, make: () => Windows): Windows {
  const known = REMEMBERED.get(name) ?? make();
  REMEMBERED.set(name, known);
  return known;
}

/** What a session works with and leaves nowhere (residue.ts). */
export function residueOfSession(keys: Keys, modifier: Uint8Array | null): Windows {
  return remembered(hex(keys.session.tk), () => residueOf(keys, modifier));
}

/** What no state of any story of this round may keep, whatever sessions it comes to. */
export function residueOfRound(variant: Variant, seed: number): Windows {
  return remembered(`${variant.name} ${seed}`, () => {
    const windows = new Windows();
    const round = roundOf(variant, seed);
    const { psk, refused } = round.secrets;
    forbidNoise(windows, round, variant.exchange.profile.N);
    forbidUpdates(windows, round);
    windows.forbid("plaintext of a refused frame", refused);
    windows.forbid("the PSK", psk);
    return windows;
  });
}

function forbidNoise(windows: Windows, { noise, unhealthy, lopsided }: Round, N: number): void {
  windows.forbid("noise that failed its test", unhealthy);
  windows.forbid("noise that failed its other test", lopsided);
  windows.forbid("SNonce input", ascii("AMP SNonce"));
  for (const [cycle, octets] of noise.entries()) {
    for (let n = 0; n < SNONCES; n++) {
      const digest = nodeCrypto.sha256(sNonceMessage(octets, SPA, cycle + 1, n));
      windows.forbid(`digest of SNonce ${n} beyond SNonce`, digest.slice(N));
    }
  }
}

/** What the updates to generations 1 and 2 work with, whether they come to be or not. */
function forbidUpdates(windows: Windows, { secrets }: Round): void {
  const { psk, modifierPrime } = secrets;
  const roots = [psk, nextRoot(psk, modifierPrime, 1)];
  roots.push(nextRoot(roots[1], modifierPrime, 2));
  for (const generation of [1, 2]) {
    const [from, to] = [roots[generation - 1], roots[generation]];
    windows.include(residueOfUpdate(from, to, updateOf(from, modifierPrime, generation)));
  }
}
