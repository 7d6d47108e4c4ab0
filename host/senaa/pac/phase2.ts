/** Phase 2: the user, by EAP inside of TLS or by the certificate that TLS has seen, bound to its devices (figure 3). */

import type { Crypto } from "../../crypto/crypto.ts";
import type { Clock } from "../../datagrams/link.ts";
import { EAP_KEY_OCTETS } from "../../eap/method.ts";
import type { EapPeer } from "../../eap/peer.ts";
import type { TlsEnd } from "../../tlspipe/end.ts";
import {
  type Bound,
  bindingOf,
  EXPORTED_OCTETS,
  EXPORTER_LABEL,
  isBinding,
  type SessionKeys,
  sessionKeys,
} from "../session/keys.ts";
import { sealedOf, unsealed } from "../session/sealed.ts";
import type { ClaBody } from "../session/user.ts";
import { RESULT } from "../wire/codes.ts";
import { CLA, CLR } from "../wire/messages.ts";
import { type Asking, asksInSession, failed, saysLast } from "./exchange.ts";
import { lifetimeOf } from "./lifetime.ts";
import { reasonOf } from "./phase1.ts";

/** As many Requests as EAP-TLS has in small fragments; more is no authentication. */
export const ROUNDS_MAX = 128;

export interface Authentication extends Omit<Asking, "patience">, Bound {
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly sessionId: string;
  readonly end: TlsEnd;
  /** undefined: the certificate is enough. */
  readonly peer: EapPeer | undefined;
}

export interface Admission {
  readonly lifetime_s: number;
  /** 32 octets, the receiver's to wipe. */
  readonly lsa: Uint8Array;
}

/** A string: why the PaC is not let in, or does not believe that it is. */
export async function authenticates(options: Authentication): Promise<Admission | string> {
  const { crypto, clock, sessionId, end, peer, userName, deviceIds, ...asking } = options;
  const bound = { userName, deviceIds };
  const exported = end.exportKey(EXPORTED_OCTETS, EXPORTER_LABEL);
  let keys: SessionKeys | undefined = peer ? undefined : sessionKeys(crypto, { sessionId, exported });
  let eap: Uint8Array | undefined;
  let until_ms: number | undefined;
  try {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const msk = peer?.result?.msk;
      if (msk?.length === EAP_KEY_OCTETS) keys ??= sessionKeys(crypto, { sessionId, exported, msk });
      // Before the method is done there is no key to show; the PAA shows its own first at its success.
      const eapBinding = peer && keys ? bindingOf(crypto, keys.binding, "PaC", bound) : undefined;
      const answer = await asksInSession({ ...asking, patience: { until_ms } }, CLR, sessionId, async (outside) => {
        const body = sealedOf(crypto, CLR, outside, { ...bound, eap, eapBinding });
        return (await end.write(body)).octets;
      });
      if (answer.kind !== "flight") return reasonOf(answer);
      const since_ms = clock.now_ms();
      const flight = await end.receive(answer.octets);
      if (flight.failure !== undefined) return await failed(asking, sessionId, flight);
      const body = unsealed(crypto, CLA, answer.outside, flight.data);
      if (typeof body === "string") return body;
      const refused = await heard(peer, body.eap);
      eap = refused.response;
      if (body.resultCode === RESULT.success) {
        const admission = believed(options, keys, body);
        if (typeof admission !== "string") return admission;
        // The network takes it to be in: it hears that it is not.
        await saysLast(asking, sessionId, (await end.end()).octets);
        return admission;
      }
      if (body.resultCode !== RESULT.multiRoundAuth) {
        return `refused with ${body.resultCode}${body.errorMessage ? `: ${body.errorMessage}` : ""}`;
      }
      if (!peer && body.eap) return "the network wants EAP, and the PaC has a certificate alone";
      if (refused.reason !== undefined && eap === undefined && !keys) return `EAP has failed: ${refused.reason}`;
      const { multiRoundTimeOut_s } = body;
      until_ms = multiRoundTimeOut_s === undefined ? undefined : since_ms + 1000 * multiRoundTimeOut_s;
    }
    return "EAP does not come to its end";
  } finally {
    exported.fill(0);
    keys?.binding.fill(0);
    keys?.lsa.fill(0);
    peer?.result?.msk.fill(0);
    peer?.result?.emsk.fill(0);
    peer?.close();
  }
}

/** The network's success. A string: why it is not believed. */
function believed(
  { crypto, peer, userName, deviceIds }: Authentication,
  keys: SessionKeys | undefined,
  body: ClaBody,
): Admission | string {
  if (!keys) return "the network says that EAP has succeeded, and the method is not done";
  const isIts = body.eapBinding && isBinding(crypto, keys.binding, "PAA", { userName, deviceIds }, body.eapBinding);
  if (peer && !isIts) return "the network does not have the key that EAP made: somebody stands between";
  const lifetime_s = lifetimeOf(body);
  return typeof lifetime_s === "string" ? lifetime_s : { lifetime_s, lsa: keys.lsa.slice() };
}

/** What the method makes of what the network has said. */
export async function heard(
  peer: EapPeer | undefined,
  packet: Uint8Array | undefined,
): Promise<{ readonly response?: Uint8Array; readonly reason?: string }> {
  if (!peer || !packet) return {};
  const answer = await peer.receive(packet);
  if ("response" in answer) return { response: answer.response };
  if ("refused" in answer) return { reason: answer.refused };
  return answer.ended === "failure" ? { reason: answer.reason } : {};
}
