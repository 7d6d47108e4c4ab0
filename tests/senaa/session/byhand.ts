/** A PaC and a PAA whose messages inside of TLS are made by a test: what an honest end would not say. */

import { systemClock } from "../../../host/datagrams/link.ts";
import type { EapBackend } from "../../../host/eap/backend.ts";
import { nodeRsnCrypto as crypto } from "../../../host/rsn/keys/crypto.node.ts";
import { identityOf } from "../../../host/senaa/paa/phase2.ts";
import { asksInSession, type Exchanged } from "../../../host/senaa/pac/exchange.ts";
import { handshakes, type Secured } from "../../../host/senaa/pac/phase1.ts";
import { sealedOf, unsealed } from "../../../host/senaa/session/sealed.ts";
import type { ClaBody, ClrBody } from "../../../host/senaa/session/user.ts";
import { random32Of } from "../../../host/senaa/transport/identifiers.ts";
import { type Asked, Transactions } from "../../../host/senaa/transport/transactions.ts";
import { outsideOf } from "../../../host/senaa/wire/checksum.ts";
import { chunksOf } from "../../../host/senaa/wire/chunks.ts";
import { RESULT } from "../../../host/senaa/wire/codes.ts";
import { emitMessage } from "../../../host/senaa/wire/message.ts";
import { CLA, CLR, CSAA, CSAR, SCA } from "../../../host/senaa/wire/messages.ts";
import { TlsEnd } from "../../../host/tlspipe/end.ts";
import { type Bed, CERTIFICATES, PAA_AT, QUICK, USER } from "./bed.ts";

export interface ByHand {
  readonly transactions: Transactions;
  readonly secured: Secured;
  /** Requests of the PAA. */
  readonly heard: Asked[];
  /** A string: what came instead of a CLA. */
  clr(body: ClrBody): Promise<ClaBody | string>;
  close(): void;
}

type Trust = Parameters<typeof handshakes>[0]["tls"];

/** With a TLS, and no user yet. @throws Error */
export async function secured(bed: Bed, n: number, tls: Partial<Trust> = {}): Promise<ByHand> {
  const link = bed.network.link(`10.0.0.${n}:7162`);
  const heard: Asked[] = [];
  const transactions = new Transactions({
    ...{ link, clock: systemClock, way: "tls", timing: QUICK, random32: random32Of(crypto) },
    asked: (asked) => void heard.push(asked),
  });
  const trust = { ca: CERTIFICATES.ca, serverName: "server", ...tls };
  const made = await handshakes({ transactions, to: PAA_AT, isRelayed: false, tls: trust, userName: USER, crypto });
  if (typeof made === "string") throw new Error(made);
  const { sessionId, end } = made;
  return {
    ...{ transactions, secured: made, heard },
    async clr(body) {
      const answer: Exchanged = await asksInSession({ transactions, to: PAA_AT }, CLR, sessionId, async (outside) => {
        return (await end.write(sealedOf(crypto, CLR, outside, body))).octets;
      });
      if (answer.kind !== "flight") return answer.kind;
      const flight = await end.receive(answer.octets);
      return unsealed(crypto, CLA, answer.outside, flight.data);
    },
    close() {
      transactions.close();
      end.close();
    },
  };
}

/**
 * A PAA with the network's own certificate that carries EAP to a server which does not give it the key, and says that all is well.
 */
export function carrier(bed: Bed, at: string, server: EapBackend): { close(): void } {
  const end = TlsEnd.server({
    ...{ ca: CERTIFICATES.ca, certificate: CERTIFICATES.server, key: CERTIFICATES.serverKey, isMutual: false },
  });
  const conversation = server.begin(new Uint8Array(6));
  const sessionId = "carrier;0;0;1";
  const parts: Uint8Array[] = [];
  const says = async ({ message, answer }: Asked): Promise<void> => {
    if (message.way !== "tls" || !("tls" in message.body)) return;
    const { header, name } = message;
    const spec = name === "SCR" ? SCA : name === "CLR" ? CLA : CSAA;
    let octets = new Uint8Array(0);
    if (message.body.tls.length > 0) {
      const flight = await end.receive(message.body.tls);
      octets = new Uint8Array(flight.octets);
      if (name === "CLR") {
        const body = unsealed(crypto, CLR, message.outside, flight.data);
        if (typeof body === "string") return;
        const step = conversation.receive(body.eap ?? identityOf(body.userName));
        if (!step) return;
        const isIn = step.result === "success";
        const said = sealedOf(crypto, CLA, outsideOf(CLA, header, { sessionId }), {
          ...{ resultCode: isIn ? RESULT.success : RESULT.multiRoundAuth, eap: step.packet },
          ...(isIn && { eapBinding: crypto.randomBytes(32), authorizationLifetime_s: 60 }),
        });
        octets = new Uint8Array((await end.write(said)).octets);
      }
      parts.splice(0, parts.length, ...chunksOf(octets).map(({ tls }) => tls));
    }
    const tls = parts.shift() ?? new Uint8Array(0);
    const more = parts.length > 0 ? { tlsMore: true as const } : {};
    answer(emitMessage(spec as typeof CSAA, header, { sessionId, tls, ...more }));
  };
  const transactions = new Transactions({
    ...{ link: bed.network.link(at), clock: systemClock, way: "tls", timing: QUICK, random32: random32Of(crypto) },
    asked: (asked) => void says(asked),
  });
  return {
    close() {
      transactions.close();
      end.close();
    },
  };
}

/** One octet of a flight that goes on, the n-th request of its sender. */
export function partOf(sessionId: string, n: number): Uint8Array {
  return emitMessage(CSAR, { hopByHop: n, endToEnd: n }, { sessionId, tls: Uint8Array.of(22), tlsMore: true });
}
