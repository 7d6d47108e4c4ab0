/** Every message with all that its list may have, and with the least; by name and way. */

import { emitAvp } from "../../../host/senaa/wire/avp.ts";
import { TERMINATION_CAUSE } from "../../../host/senaa/wire/codes.ts";
import { DEVICE_ID_TYPE } from "../../../host/senaa/wire/deviceid.ts";
import { AVP } from "../../../host/senaa/wire/dictionary.ts";
import type { Body, Fields } from "../../../host/senaa/wire/fields.ts";
import type { Ids } from "../../../host/senaa/wire/header.ts";
import { emitMessage, emitPlain, emitRefusal, headerOf, type Way } from "../../../host/senaa/wire/message.ts";
import {
  type AnySpec,
  CHALLENGE,
  CLR,
  isPlain,
  MESSAGES,
  REFUSED,
  type Spec,
} from "../../../host/senaa/wire/messages.ts";

export const IDS: Ids = { hopByHop: 0x89ab_cdef, endToEnd: 0xfedc_ba98 };
export const SESSION = "paa.example;1;2";

const octets = (length: number, fill: number) => new Uint8Array(length).fill(fill);
/** A value of each AVP, by the name that lists give it. */
const VALUES: Readonly<Record<string, unknown>> = {
  sessionId: SESSION,
  userName: "mn@example.org",
  deviceIds: [
    { type: DEVICE_ID_TYPE.eui48, value: octets(6, 2) },
    { type: DEVICE_ID_TYPE.ipv6, value: octets(16, 0xfd) },
  ],
  eap: Uint8Array.of(2, 1, 0, 6, 1, 0x61),
  authorizationLifetime_s: 3600,
  authGracePeriod_s: 60,
  multiRoundTimeOut_s: 30,
  resultCode: 5012,
  errorMessage: "grüße",
  failedAvp: emitAvp({ code: 263, vendor: 0, isMandatory: true, data: Uint8Array.of(0x61) }),
  terminationCause: TERMINATION_CAUSE.logout,
  cookie: octets(32, 7),
  eapBinding: octets(32, 8),
  eapMasterSessionKey: octets(64, 9),
  msgChecksum: octets(16, 9),
  relayedSource: "[fe80::1]:7162",
  tlsMore: true,
  tls: Uint8Array.of(23, 3, 3, 0, 3, 1, 2, 3),
};

/** All that the list names, or what it requires alone. */
export function valuesOf<F extends Fields>(fields: F, isFull = true): Body<F> {
  const entries = Object.entries(fields).flatMap(([key, { avp, isRequired }]) => {
    if (!isFull && !isRequired) return [];
    const value = avp === AVP.abortCause ? TERMINATION_CAUSE.administrative : VALUES[key];
    return [[key, value]];
  });
  return Object.fromEntries(entries);
}

export interface Sample {
  readonly spec: AnySpec;
  readonly way: Way;
  readonly datagram: Uint8Array;
}

type LooseSpec = Spec<string, Fields, Fields, Fields>;

function sampleOf(spec: AnySpec, way: Way, isFull: boolean): Sample {
  if (spec === REFUSED) {
    const body = valuesOf(spec.outer, isFull);
    return { spec, way, datagram: emitRefusal(headerOf(CLR, IDS), { ...body, resultCode: 3004 }) };
  }
  const loose = spec as LooseSpec;
  const datagram =
    way === "tls"
      ? emitMessage(loose, IDS, valuesOf(loose.outer, isFull))
      : emitPlain(loose, IDS, valuesOf(loose.plain, isFull));
  return { spec, way, datagram };
}

export const SAMPLES: readonly Sample[] = [...MESSAGES, CHALLENGE, REFUSED].flatMap((spec) =>
  [true, false].flatMap((isFull) => [
    sampleOf(spec, "tls", isFull),
    ...(isPlain(spec) ? [sampleOf(spec, "plain", isFull)] : []),
  ]),
);
