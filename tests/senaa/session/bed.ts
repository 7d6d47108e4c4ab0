/** A network in memory with a PAA that knows users by EAP-PSK, and PaCs. */

import { systemClock } from "../../../host/datagrams/link.ts";
import { MemoryNetwork, type NetworkOptions } from "../../../host/datagrams/memory.ts";
import type { EapBackend } from "../../../host/eap/backend.ts";
import { EapPeer } from "../../../host/eap/peer.ts";
import { EapPskMethod } from "../../../host/eap/pskmethod.ts";
import { EapPskServer } from "../../../host/eap/pskserver.ts";
import { nodeRsnCrypto as crypto } from "../../../host/rsn/keys/crypto.node.ts";
import { directly } from "../../../host/senaa/paa/authenticator.ts";
import type { Grant } from "../../../host/senaa/paa/enforcement.ts";
import { Paa, type PaaOptions } from "../../../host/senaa/paa/paa.ts";
import { Pac, type PacOptions } from "../../../host/senaa/pac/pac.ts";
import { DEVICE_ID_TYPE, type DeviceId } from "../../../host/senaa/wire/deviceid.ts";
import { equalOctets } from "../../../host/wire/octets.ts";
import { makeCertificates } from "../../peers/certificates.ts";

export const CERTIFICATES = makeCertificates("the network");
export const STRANGE = makeCertificates("another network");
export const PAA_AT = "10.0.0.1:7161";
export const USER = "ap-7@plant.example";
export const PSK = new Uint8Array(16).fill(0x42);
export const QUICK = { irt_ms: 20, mrt_ms: 160, mrc: 12 };

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Of the n-th PaC: 10.0.0.n, and on from there. */
export function devicesOf(n: number): readonly DeviceId[] {
  return [
    { type: DEVICE_ID_TYPE.eui48, value: Uint8Array.of(2, 0xa0, 0, 0, n >> 8, n & 0xff) },
    { type: DEVICE_ID_TYPE.ipv4, value: Uint8Array.of(10, 0, n >> 8, n & 0xff) },
  ];
}

export function pskServer(
  keyOf: (name: string) => Uint8Array | undefined = (name) => (name === USER ? PSK : undefined),
): EapBackend {
  return new EapPskServer({
    crypto,
    idS: utf8("paa.plant.example"),
    keyOf: (idP) => keyOf(new TextDecoder().decode(idP)),
  });
}

export function pskPeer(psk: Uint8Array = PSK, name = USER): EapPeer {
  const identity = utf8(name);
  return new EapPeer({ identity, methods: [new EapPskMethod({ crypto, identity, psk })] });
}

/** One PAA, and what its enforcement point has heard. */
export class Bed {
  readonly network: MemoryNetwork;
  paa: Paa;
  readonly admitted: Grant[] = [];
  readonly removed: Grant[] = [];
  readonly events: string[] = [];
  readonly #pacs: Pac[] = [];
  readonly #changed: Partial<PaaOptions>;

  constructor(changed: Partial<PaaOptions> = {}, network: NetworkOptions = {}) {
    this.network = new MemoryNetwork(network);
    this.#changed = changed;
    this.paa = this.#newPaa();
  }

  /** Dies, with all that it had in RAM, and is made anew. */
  killPaa(): void {
    this.paa.close();
    this.paa = this.#newPaa();
  }

  #newPaa(): Paa {
    return new Paa({
      link: this.network.link(PAA_AT),
      clock: systemClock,
      crypto,
      tls: { ca: CERTIFICATES.ca, certificate: CERTIFICATES.server, key: CERTIFICATES.serverKey },
      authenticator: directly(pskServer()),
      enforcement: {
        admit: (grant) => this.admitted.push({ ...grant, lsa: grant.lsa.slice() }) > 0,
        remove: (grant) => this.removed.push(grant),
      },
      identity: "paa.plant.example",
      timing: QUICK,
      onEvent: (event) => this.events.push(event),
      ...this.#changed,
    });
  }

  /** The n-th. */
  pac(n: number, changed: Partial<PacOptions> = {}): Pac {
    const pac = new Pac({
      link: this.network.link(`10.0.${n >> 8}.${n & 0xff}:7162`),
      clock: systemClock,
      crypto,
      paa: PAA_AT,
      tls: { ca: CERTIFICATES.ca, serverName: "server" },
      userName: USER,
      deviceIds: devicesOf(n),
      eap: () => pskPeer(),
      timing: QUICK,
      ...changed,
    });
    this.#pacs.push(pac);
    return pac;
  }

  close(): void {
    for (const pac of this.#pacs) pac.close();
    this.paa.close();
    this.network.close();
  }
}

export async function inBed(
  story: (bed: Bed) => Promise<void>,
  changed?: Partial<PaaOptions>,
  network?: NetworkOptions,
): Promise<void> {
  const bed = new Bed(changed, network);
  try {
    await story(bed);
  } finally {
    bed.close();
  }
}

/** Of a session that both ends have: do they have the same key? */
export function haveSameLsa(bed: Bed, pac: Pac): boolean {
  const grant = bed.admitted.find(({ sessionId }) => sessionId === pac.session?.sessionId);
  return grant !== undefined && pac.session !== undefined && equalOctets(grant.lsa, pac.session.lsa);
}
