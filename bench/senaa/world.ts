/** A PaC and a PAA on loopback, each behind a link that counts; and the same EAP method by EAPOL and RADIUS alone. */

import { type Link, systemClock } from "../../host/datagrams/link.ts";
import { udpLink } from "../../host/datagrams/udp.node.ts";
import { EapPeer } from "../../host/eap/peer.ts";
import { nodeRsnCrypto as crypto } from "../../host/rsn/keys/crypto.node.ts";
import type { Authenticator } from "../../host/senaa/paa/authenticator.ts";
import { Paa } from "../../host/senaa/paa/paa.ts";
import { Pac } from "../../host/senaa/pac/pac.ts";
import { DEVICE_ID_TYPE } from "../../host/senaa/wire/deviceid.ts";
import type { Certificates } from "../../tests/peers/certificates.ts";
import type { Method } from "./methods.ts";

/** Of both ends. */
export interface Cost {
  readonly roundTrips: number;
  readonly datagrams: number;
  /** In UDP. */
  readonly octets: number;
  readonly time_ms: number;
}

export type Version = "TLSv1.2" | "TLSv1.3";
export type Stage = "phase 1" | "phase 2" | "once more" | "leaving";
export type Costs = Readonly<Record<Stage, Cost>>;

const DEVICES = [
  { type: DEVICE_ID_TYPE.eui48, value: Uint8Array.of(2, 0xa0, 0, 0, 0, 7) },
  { type: DEVICE_ID_TYPE.ipv4, value: Uint8Array.of(127, 0, 0, 1) },
];

export interface SessionOptions {
  readonly version: Version;
  readonly certificates: Certificates;
  readonly authenticator: Authenticator;
  readonly method: Method;
}

/** One session, from its first datagram to its last. @throws Error when it does not come to its end. */
export async function session({ version, certificates, authenticator, method }: SessionOptions): Promise<Costs> {
  const counts = { sent: 0, octets: 0 };
  const [near, far] = [await counted(counts), await counted(counts)];
  const tls = { ca: certificates.ca, minVersion: version, maxVersion: version };
  const paa = new Paa({
    ...{ link: far, clock: systemClock, crypto, authenticator, identity: "paa.example" },
    tls: { ...tls, certificate: certificates.server, key: certificates.serverKey },
    enforcement: { admit: () => true, remove: () => {} },
  });
  const costs = new Map<Stage, Cost>();
  const identity = new TextEncoder().encode(method.user);
  const pac = new Pac({
    ...{ link: near, clock: systemClock, crypto, paa: far.address, deviceIds: DEVICES, userName: method.user },
    tls: { ...tls, serverName: "server" },
    eap: () => new EapPeer({ identity, methods: [method.make()] }),
    onEvent: (event) => event.startsWith("the network is") && took("phase 1"),
  });
  let at = { ...counts, requests: 0, t_ms: performance.now() };
  const took = (stage: Stage): void => {
    const now = { ...counts, requests: pac.counts.requests, t_ms: performance.now() };
    costs.set(stage, {
      roundTrips: now.requests - at.requests,
      datagrams: now.sent - at.sent,
      octets: now.octets - at.octets,
      time_ms: now.t_ms - at.t_ms,
    });
    at = now;
  };
  try {
    const steps: readonly [Stage, () => Promise<unknown>][] = [
      ["phase 2", () => pac.enter()],
      ["once more", () => pac.reauthenticate()],
      ["leaving", () => pac.leave()],
    ];
    for (const [stage, does] of steps) {
      const done = await does();
      if (typeof done === "string") throw new Error(`${method.name}, ${stage}: ${done}`);
      took(stage);
    }
    return Object.fromEntries(costs) as Costs;
  } finally {
    pac.close();
    paa.close();
  }
}

async function counted(counts: { sent: number; octets: number }): Promise<Link> {
  const link = await udpLink("127.0.0.1", 0);
  return {
    ...link,
    send(to, octets) {
      counts.sent++;
      counts.octets += octets.length;
      link.send(to, octets);
    },
  };
}
