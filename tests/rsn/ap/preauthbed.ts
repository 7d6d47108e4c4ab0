/** A target AP that pre-authenticates, a client of it, and what runs between both. */

import type { EapBackend } from "../../../host/eap/backend.ts";
import { RsnAp } from "../../../host/rsn/ap/rsnap.ts";
import { nodeRsnCrypto } from "../../../host/rsn/keys/crypto.node.ts";
import { type ClientPmksa, PreauthClient } from "../../../host/rsn/station/preauthclient.ts";
import { hex } from "../../support/hex.ts";
import { IDENTITY, KEY } from "../eap/conversation.ts";
import { SPA, SSID } from "./bed.ts";

/** The AA of the target AP. */
export const TARGET = hex("02 00 00 00 02 01");

/** One backend for both: it has to answer at once where both are used. */
export function targetOf(backend: EapBackend): RsnAp {
  const shared = { crypto: nodeRsnCrypto, aa: TARGET, ssid: SSID, akms: [1, 5, 2], mode: "rsn" } as const;
  return new RsnAp({ ...shared, psk: () => undefined, eap: backend, preauth: backend });
}

export function clientOf(akm: 1 | 5, psk = KEY): PreauthClient {
  return new PreauthClient({ crypto: nodeRsnCrypto, spa: SPA, aa: TARGET, akm, identity: IDENTITY, psk });
}

export interface Way {
  /** What becomes of an Ethernet frame between the client and the AP. */
  up?(frame: Uint8Array): Uint8Array;
  down?(frame: Uint8Array): Uint8Array;
  readonly now_s?: number;
  /** EAPOL-Start is lost: the AP has begun already, and its Request comes again. */
  readonly isBegun?: boolean;
}

/** From EAPOL-Start to the end; undefined: no PMKSA. */
export function preauthenticate(client: PreauthClient, ap: RsnAp, way: Way = {}): ClientPmksa | undefined {
  const { up = (frame) => frame, down = (frame) => frame, now_s = 0, isBegun = false } = way;
  let frame = client.begin(now_s);
  let answers = isBegun ? ap.preauth.advance(ap.preauth.due_s) : ap.preauth.receive(up(frame), now_s).frames;
  for (;;) {
    const mine = answers.filter((octets) => SPA.every((octet, i) => octets[i] === octet));
    if (mine.length === 0) return undefined;
    const step = client.receive(down(mine[0]), now_s);
    if ("pmksa" in step) return step.pmksa;
    if (!("send" in step)) return undefined;
    frame = step.send;
    answers = ap.preauth.receive(up(frame), now_s).frames;
  }
}
