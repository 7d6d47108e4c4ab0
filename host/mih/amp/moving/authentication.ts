/**
 * What EAP-PSK takes beside the air of an association: RADIUS between an AP and its server, and the EAPOL frames of a
 * pre-authentication through the serving AP; counted from one conversation of the real ends.
 */

import { EapPskServer } from "../../../eap/pskserver.ts";
import { RadiusClient } from "../../../radius/client.ts";
import { nodeRadiusCrypto } from "../../../radius/crypto.node.ts";
import { RadiusRelay } from "../../../radius/relay.ts";
import { RadiusServer } from "../../../radius/server.ts";
import { RsnAp } from "../../../rsn/ap/rsnap.ts";
import { ETHERNET_HEADER_OCTETS } from "../../../rsn/frames/ethernet.ts";
import { LLC_OCTETS } from "../../../rsn/frames/llc.ts";
import { FCS_OCTETS } from "../../../rsn/frames/mpdu.ts";
import { nodeRsnCrypto } from "../../../rsn/keys/crypto.node.ts";
import { type ClientPmksa, PreauthClient } from "../../../rsn/station/preauthclient.ts";
import type { Traffic } from "./moved.ts";

/** Of a Data MPDU with CCMP: IEEE Std 802.11-2020, 9.3.2.1 and 12.5.3.2. */
const MPDU_OVERHEAD_OCTETS = 24 + 8 + 8 + FCS_OCTETS;

export interface Authenticated {
  readonly radius: Traffic;
  /** On the wire between the two APs, Ethernet without FCS. */
  readonly ethernet: Traffic;
  /** The same frames on the air of the serving AP, as protected MPDUs. */
  readonly air: Traffic;
}

export interface Identity {
  readonly spa: Uint8Array;
  readonly aa: Uint8Array;
  readonly ssid: Uint8Array;
  readonly identity: Uint8Array;
  /** 16 octets. */
  readonly psk: Uint8Array;
}

/** A pre-authentication of that station at that AP, whose server is behind RADIUS. @throws Error when it does not succeed. */
export function authenticated({ spa, aa, ssid, identity, psk }: Identity): Authenticated {
  const secret = new TextEncoder().encode("shared secret");
  const eap = new EapPskServer({ crypto: nodeRsnCrypto, idS: new TextEncoder().encode("ampcore"), keyOf: () => psk });
  const server = new RadiusServer({ crypto: nodeRadiusCrypto, secret, eap });
  const radius: Uint8Array[] = [];
  const asked: Uint8Array[] = [];
  const client = new RadiusClient({ crypto: nodeRadiusCrypto, secret, send: (datagram) => asked.push(datagram) });
  const toStation: Uint8Array[] = [];
  const preauth = new RadiusRelay({
    client,
    aa,
    ssid,
    nasIdentifier: "ap-2",
    now_s: () => 0,
    onStep: (who, step) => void toStation.push(...ap.preauth.eapAnswer(who, step, 0)),
  });
  const ap = new RsnAp({ crypto: nodeRsnCrypto, aa, ssid, akms: [5], mode: "rsn", eap, preauth });
  const station = new PreauthClient({ crypto: nodeRsnCrypto, spa, aa, akm: 5, identity, psk });
  const ethernet: Uint8Array[] = [];
  let pmksa: ClientPmksa | undefined;
  const toAp = [station.begin(0)];
  while (toAp.length + asked.length + toStation.length > 0) {
    const up = toAp.shift();
    if (up) {
      ethernet.push(up);
      toStation.push(...ap.preauth.receive(up, 0).frames);
    }
    const request = asked.shift();
    const { answer } = request ? server.receive(request, "ap-2", 0) : {};
    if (request && answer) {
      radius.push(request, answer);
      client.receive(answer);
    }
    const down = toStation.shift();
    if (!down) continue;
    ethernet.push(down);
    const step = station.receive(down, 0);
    if ("send" in step) toAp.push(step.send);
    if ("pmksa" in step) pmksa = step.pmksa;
  }
  if (!pmksa) throw new Error("an honest pre-authentication did not succeed");
  const wire = trafficOf(ethernet);
  const perFrame = LLC_OCTETS + MPDU_OVERHEAD_OCTETS - ETHERNET_HEADER_OCTETS;
  const air = { messages: wire.messages, octets: wire.octets + wire.messages * perFrame };
  return { radius: trafficOf(radius), ethernet: wire, air };
}

function trafficOf(frames: readonly Uint8Array[]): Traffic {
  return { messages: frames.length, octets: frames.reduce((sum, { length }) => sum + length, 0) };
}
