/** PaCs and PAAs without TLS, beside those of ../session/bed.ts on the same network. */
import { systemClock } from "../../../host/datagrams/link.ts";
import { nodeRsnCrypto as crypto } from "../../../host/rsn/keys/crypto.node.ts";
import { directly } from "../../../host/senaa/paa/authenticator.ts";
import { PlainPaa, type PlainPaaOptions } from "../../../host/senaa/plain/paa.ts";
import { PlainPac, type PlainPacOptions } from "../../../host/senaa/plain/pac.ts";
import { type Bed, devicesOf, inBed, pskPeer, pskServer, QUICK, USER } from "../session/bed.ts";

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

export interface Ends {
  readonly bed: Bed;
  readonly paa: ReturnType<typeof plainPaa>;
  readonly pac: ReturnType<typeof plainPac>;
  readonly said: Uint8Array[];
}

/** One of each, and all that they say to each other. */
export async function withEnds(
  story: (ends: Ends) => Promise<void>,
  { paa: ofPaa = {}, pac: ofPac = {} }: { paa?: Partial<PlainPaaOptions>; pac?: Partial<PlainPacOptions> } = {},
): Promise<void> {
  const said: Uint8Array[] = [];
  const tap = (_: string, __: string, octets: Uint8Array): undefined => void said.push(octets.slice());
  await inBed(
    async (bed) => {
      const [paa, pac] = [plainPaa(bed, ofPaa), plainPac(bed, 2, ofPac)];
      try {
        await story({ bed, paa, pac, said });
      } finally {
        pac.close();
        paa.close();
      }
    },
    {},
    { tap },
  );
}
