/** Whose M2 is it? The candidates for its ID and generation bits, and the MIC that decides (PROTOCOL.md section 4, R3). */

import type { Crypto } from "../crypto/crypto.ts";
import { open } from "../wire/protect.ts";
import { deriveSessionKeys, type SessionKeys } from "../wire/ptk.ts";
import type { Response } from "../wire/response.ts";
import type { KnownDevice } from "./knowndevice.ts";
import type { OpenTrigger } from "./opentrigger.ts";
import type { PmkTable } from "./pmks.ts";
import { wipe } from "./session.ts";

/** An M2 is tried against that many at most. */
const CANDIDATES_MAX = 8;

/** Who sent an M2, and what only its PMK opens. */
export interface Author {
  readonly device: KnownDevice;
  /** Of its root, 0..255. */
  readonly generation: number;
  readonly keys: SessionKeys;
  /** The plaintext. */
  readonly payload: Uint8Array;
}

/**
 * If nobody's PMK fits: those whose PMK of that generation the AP does not hold, and those whose PMK it holds and tried. It
 * may be one of either, for a PMK that is four generations old has the same bits.
 */
export type Search =
  | { readonly author: Author }
  | { readonly author?: undefined; readonly lacking: readonly KnownDevice[]; readonly misfits: readonly KnownDevice[] };

/** Tries the candidates one by one; the keys of those that do not fit are wiped. */
export function authorOf(crypto: Crypto, known: PmkTable, opened: OpenTrigger, frame: Response): Search {
  const { aa, aNonce } = opened.m1;
  const lacking: KnownDevice[] = [];
  const misfits: KnownDevice[] = [];
  for (const device of candidates(known, opened, frame.id)) {
    const pmk = device.pmkOf(frame.generation);
    if (pmk === undefined) {
      if (lacking.length < CANDIDATES_MAX) lacking.push(device);
      continue;
    }
    if (misfits.length === CANDIDATES_MAX) break;
    const { spa } = device;
    const keys = deriveSessionKeys(crypto, pmk.pmk, { aa, spa, aNonce, sNonce: frame.sNonce });
    const payload = open(crypto, keys, frame, { a2: spa, m1: opened.binding });
    if (payload !== null) return { author: { device, generation: pmk.generation, keys, payload } };
    wipe(keys);
    misfits.push(device);
  }
  return { lacking, misfits };
}

/** Whom the trigger was for comes first: so a device is heard however many have its ID. A handover's is for nobody else. */
function candidates(known: PmkTable, { target, isHandover }: OpenTrigger, id: number): readonly KnownDevice[] {
  if (isHandover) return target?.id === id ? [target] : [];
  const sharing = known.candidates(id);
  if (sharing.length <= CANDIDATES_MAX || target?.id !== id) return sharing;
  return [target, ...sharing.filter((device) => device !== target)];
}
