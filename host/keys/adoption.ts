/**
 * A root that a device takes over from EAP (docs/RSN.md section 9): which one, decided from what the device says of the one
 * that it has, in an association that EAP has told whose it is.
 *
 *     the proven one    the next generation, in an update, if that was begun by EAP or is wanted; else nothing
 *     none, another     device and service share none: the next generation in place of whatever the service has
 *
 * A PMK is offered once, and again only for as long as that offer is not proven: no root comes back.
 */

import type { Crypto } from "../crypto/crypto.ts";
import type { Answer } from "../wire/command.ts";
import type { DeviceKeys } from "./device.ts";
import { nextGeneration } from "./roots.ts";

/** An association over a PMK that EAP made. The octets are its own. */
export interface EapAssociation {
  readonly spa: Uint8Array;
  /** Whom EAP has proven the station to be. */
  readonly identity: Uint8Array;
  /** MSK[0..31], 32 octets. */
  readonly pmk: Uint8Array;
  /** It was never offered as a root. */
  readonly isNew: boolean;
}

/** One association's exchange of commands and answers: PROVE is out. */
export class Adoption {
  readonly association: EapAssociation;
  /** ADOPT is out, too: the next answer is the last. */
  isOffered = false;

  constructor(association: EapAssociation) {
    this.association = association;
  }
}

/** The root to offer: to begin with, or what was begun; or why there is none. */
export type Offer =
  | { readonly generation: number; readonly kind: "update" | "replacement" | "begun" }
  | "EAP first"
  | undefined;

/** `device` undefined: a root is expected of it, and this is its first. */
export function offerFor(
  crypto: Pick<Crypto, "equal">,
  device: DeviceKeys | undefined,
  { association, answer, isWanted }: { association: EapAssociation; answer: Answer | "none"; isWanted: boolean },
): Offer {
  const { pmk, isNew } = association;
  const begun = device?.update?.modifierPrime === undefined ? device?.update : undefined;
  const isBegun = begun !== undefined && crypto.equal(begun.root, pmk);
  if (answer !== "none" && device?.isKnownProof(answer)) {
    if (isBegun) return { generation: begun.generation, kind: "begun" };
    // An update by Modifier' goes on; the root in use is not made new by itself.
    if (begun === undefined && (device.update || !isWanted)) return undefined;
    return isNew ? { generation: nextGeneration(device.generation), kind: "update" } : "EAP first";
  }
  if (answer === "none" && isBegun) return { generation: begun.generation, kind: "begun" };
  if (!isNew && !isBegun) return "EAP first";
  const generation = answer === "none" ? generationAfter(device) : nextGeneration(answer.generation);
  return { generation, kind: "replacement" };
}

/** Of a device that has no root, whatever the service had meant it to have. */
function generationAfter(device: DeviceKeys | undefined): number {
  if (device === undefined) return 0;
  return device.update?.generation ?? nextGeneration(device.generation);
}
