/** PaCs and PAAs without TLS, beside those of ../session/bed.ts on the same network. */
import { systemClock } from "../../../host/datagrams/link.ts";
import { nodeRsnCrypto as crypto } from "../../../host/rsn/keys/crypto.node.ts";
import { directly } from "../../../host/senaa/paa/authenticator.ts";
import { PlainPaa, type PlainPaaOptions } from "../../../host/senaa/plain/paa.ts";
import { PlainPac, type PlainPacOptions } from "../../../host/senaa/plain/pac.ts";
import { type Bed, devicesOf, pskPeer, pskServer, QUICK, USER } from "../session/bed.ts";

export const PLAIN_PAA_AT = "10.0.0.1:7163";

export function plainPaa(bed: Bed, changed: Partial<PlainPaaOptions> = {}): PlainPaa {
  return new PlainPaa({
    link: bed.network.link(PLAIN_PAA_AT),
    clock: systemClock,
    crypto,
    authenticator: directly(pskServer()),
    enforcement: {
      admit: (grant) => bed.admitted.push({ ...grant, lsa: grant.lsa.slice() }) > 0,
      remove: (grant) => bed.removed.push(grant),
    },
    timing: QUICK,
    onEvent: (event) => bed.events.push(event),
    ...changed,
  });
}

/** The n-th, as bed.pac(n) is, at its port without TLS. */
export function plainPac(bed: Bed, n: number, changed: Partial<PlainPacOptions> = {}): PlainPac {
  return new PlainPac({
    link: bed.network.link(`10.0.${n >> 8}.${n & 0xff}:7164`),
    clock: systemClock,
    crypto,
    paa: PLAIN_PAA_AT,
    userName: USER,
    deviceIds: devicesOf(n),
    eap: () => pskPeer(),
    timing: QUICK,
    ...changed,
  });
}
