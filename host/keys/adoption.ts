/**
 * Which root a device is to take over from EAP (docs/RSN.md section 9), decided from what it says of the one that it has:
 *
 *     none              the next generation; the same once more, if that root was its first and did not arrive
 *     the proven one    the next generation, if an update by EAP has begun or is wanted; a Modifier' update goes on instead
 *     another one       the generation behind it: device and service share none, and EAP has told who the device is
 */

import type { Crypto } from "../crypto/crypto.ts";
import type { Answer } from "../wire/command.ts";
import type { DeviceKeys } from "./device.ts";
import { nextGeneration } from "./roots.ts";

export interface Offer {
  /** The PMK of the association. */
  readonly root: Uint8Array;
  /** Of the device, to PROVE. */
  readonly answer: Answer | "none";
  readonly isWanted: boolean;
}

/** The generation of the root that the device is to adopt; undefined: none; "wrong proof": none, and that should not be. */
export function generationToAdopt(
  crypto: Pick<Crypto, "equal">,
  device: DeviceKeys,
  { root, answer, isWanted }: Offer,
): number | "wrong proof" | undefined {
  const { update } = device;
  const isItsOwn = crypto.equal(device.root, root);
  if (answer === "none") return isItsOwn && !update ? device.generation : nextGeneration(device.generation);
  if (device.isKnownProof(answer)) {
    const isMeant = update ? !update.modifierPrime : isWanted;
    return isMeant && !isItsOwn ? nextGeneration(device.generation) : undefined;
  }
  const generation = nextGeneration(answer.generation);
  // An AP tells two roots apart by two bits of their generations; and a Modifier' update may have been carried out.
  const isApart = ((generation ^ device.generation) & 3) !== 0;
  return isApart && !update?.modifierPrime ? generation : "wrong proof";
}
