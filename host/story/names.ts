/** Datagrams and frames by the names that their protocols give them, as far as somebody who listens can tell. */

import { described } from "../mih/ladder.ts";
import { readMessage } from "../senaa/wire/message.ts";
import { CONTENT, readRecords } from "../senaa/wire/records.ts";
import { type FrameType, typeOf } from "../wire/fc.ts";

interface Named {
  readonly name: string;
  readonly isProtected: boolean;
}

export function senaaNamed(octets: Uint8Array): Named {
  const message = readMessage(octets, "tls");
  if ("refusal" in message) return { name: message.refusal, isProtected: false };
  const { name, body } = message;
  const tls = "tls" in body ? (body.tls as Uint8Array) : new Uint8Array(0);
  const isProtected = readRecords(tls)?.some(({ type }) => type === CONTENT.applicationData) ?? false;
  return { name: "tlsMore" in body && body.tlsMore ? `${name}, part` : name, isProtected };
}

export function mihNamed(octets: Uint8Array): Named {
  const { message, isProtected } = described(octets);
  return { name: message, isProtected };
}

const AMP: Readonly<Record<FrameType, Named>> = {
  // Nothing protects what asks; the MIC of an M2 is under a key that both nonces are in.
  Trigger: { name: "M1", isProtected: false },
  Response: { name: "M2", isProtected: true },
  Confirm: { name: "M3", isProtected: true },
  Data: { name: "Data", isProtected: true },
  Ack: { name: "Ack", isProtected: false },
};

export function ampNamed(octets: Uint8Array): Named {
  const type = octets.length > 0 ? typeOf(octets[0]) : undefined;
  return type ? AMP[type] : { name: "no frame", isProtected: false };
}
