/** What the host's own code makes of the frames of a capture, given PMKs: a reader beside the dissector. */

import { nodeCrypto } from "../../host/crypto/node.ts";
import { pmkOf } from "../../host/keys/roots.ts";
import { bindingOf } from "../../host/wire/binding.ts";
import { checkDownlink, checkUplink } from "../../host/wire/check.ts";
import type { Frame } from "../../host/wire/frame.ts";
import { idOf } from "../../host/wire/id.ts";
import { open } from "../../host/wire/protect.ts";
import { deriveSessionKeys, type SessionKeys } from "../../host/wire/ptk.ts";
import type { Response } from "../../host/wire/response.ts";
import type { Trigger } from "../../host/wire/trigger.ts";
import { toHex } from "../support/hex.ts";
import type { ReadPacket } from "./read.ts";
import type { KnownRoot } from "./runs.ts";

export interface KnownPmk {
  readonly spa: Uint8Array;
  readonly pmk: Uint8Array;
}

interface Session {
  readonly keys: SessionKeys;
  readonly spa: Uint8Array;
  readonly m1: Trigger;
}

/** By packet: the plaintext in hex, "bad MIC", or undefined where no key was tried. */
export type Opened = string | undefined;

/** The PMKs that these roots give under the Modifiers and AAs of a capture's triggers. */
export function pmksOf(packets: readonly ReadPacket[], roots: readonly KnownRoot[]): KnownPmk[] {
  const found = new Map<string, KnownPmk>();
  for (const { frame, comment } of framesOf(packets)) {
    if (frame?.type !== "Trigger" || !comment.startsWith("from AP")) continue;
    for (const { spa, root } of roots) {
      const pmk = pmkOf(nodeCrypto, root, frame.modifier, { aa: frame.aa, spa });
      found.set(toHex(pmk), { spa, pmk });
    }
  }
  return [...found.values()];
}

/** A Response is tried against every trigger before it in its channel. */
export function openingsOf(packets: readonly ReadPacket[], pmks: readonly KnownPmk[]): Opened[] {
  const m1s = new Map<number, Trigger[]>();
  const answered = new Map<string, Session | undefined>();
  const secured = new Map<string, Session | undefined>();
  return framesOf(packets).map(({ frame, channel, direction }) => {
    if (!frame || frame.type === "Ack") return undefined;
    const triggers = m1s.get(channel) ?? [];
    m1s.set(channel, triggers);
    if (frame.type === "Trigger") {
      triggers.unshift(frame);
      return undefined;
    }
    const device = `${channel} ${frame.id}`;
    if (frame.type === "Response") {
      const candidates = pmks.filter(({ spa }) => idOf(nodeCrypto, spa) === frame.id);
      const session = sessionOf(frame, triggers, candidates);
      answered.set(device, session);
      return candidates.length > 0 ? openedIn(session, frame, direction) : undefined;
    }
    if (frame.type === "Confirm") secured.set(device, answered.get(device));
    const session = secured.get(device);
    return session && openedIn(session, frame, direction);
  });
}

function framesOf(packets: readonly ReadPacket[]): (ReadPacket & { readonly frame: Frame | undefined })[] {
  return packets.map((packet) => {
    const { frame } = packet.direction === "up" ? checkUplink(packet.octets) : checkDownlink(packet.octets);
    const isWhole = packet.octets.length === packet.whole_octets;
    return { ...packet, frame: isWhole ? frame : undefined };
  });
}

function sessionOf(frame: Response, m1s: readonly Trigger[], pmks: readonly KnownPmk[]): Session | undefined {
  for (const m1 of m1s) {
    if (m1.profile !== frame.profile) continue;
    for (const { spa, pmk } of pmks) {
      const inputs = { aa: m1.aa, spa, aNonce: m1.aNonce, sNonce: frame.sNonce };
      const session = { keys: deriveSessionKeys(nodeCrypto, pmk, inputs), spa, m1 };
      if (openedIn(session, frame, "up") !== "bad MIC") return session;
    }
  }
  return undefined;
}

function openedIn(
  session: Session | undefined,
  frame: Exclude<Frame, { type: "Trigger" | "Ack" }>,
  direction: "up" | "down",
): string {
  if (!session) return "bad MIC";
  const { keys, spa, m1 } = session;
  const plain = open(nodeCrypto, keys, frame, { a2: direction === "up" ? spa : m1.aa, m1: bindingOf(m1) });
  return plain ? toHex(plain) : "bad MIC";
}
