/*
 * A PAA, an access point that wants to be in and stay in, and one that is in and means no good: real TLS, EAP-PSK inside of it,
 * over a network that whoever fuzzes moves. Node's TLS draws its own random octets: an input says what is done, and the octets of
 * records differ from run to run.
 */

import { EapPeer } from "../eap/peer.ts";
import { EapPskMethod } from "../eap/pskmethod.ts";
import { EapPskServer } from "../eap/pskserver.ts";
import { nodeRsnCrypto } from "../rsn/keys/crypto.node.ts";
import { directly } from "../senaa/paa/authenticator.ts";
import type { Grant } from "../senaa/paa/enforcement.ts";
import { Paa } from "../senaa/paa/paa.ts";
import { asksInSession } from "../senaa/pac/exchange.ts";
import { Pac } from "../senaa/pac/pac.ts";
import { handshakes, type Secured } from "../senaa/pac/phase1.ts";
import { authenticates } from "../senaa/pac/phase2.ts";
import type { TlsFiles } from "../senaa/site/certify.node.ts";
import { random32Of } from "../senaa/transport/identifiers.ts";
import { Transactions } from "../senaa/transport/transactions.ts";
import { DEVICE_ID_TYPE, type DeviceId } from "../senaa/wire/deviceid.ts";
import type { CLR, CSAR, SSTR } from "../senaa/wire/messages.ts";
import { HeldNetwork } from "./heldnetwork.ts";

export const AT = { paa: "10.0.0.1:7161", honest: "10.0.0.2:7162", insider: "10.0.0.3:7162" } as const;
export const NAME = { honest: "ap-1@plant.example", insider: "ap-2@plant.example" } as const;
export const NETWORK = "paa.plant.example";
export const TIMING = { irt_ms: 500, mrt_ms: 2000, mrc: 4 };
export const LIMITS = { halfOpen: 24, halfOpenOfHost: 8, cookiesFrom: 6, sessions: 64 };
/** Turns of the loop in which TLS does nothing any more. */
const STILL_TURNS = 12;

const crypto = nodeRsnCrypto;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const PSK = { honest: new Uint8Array(16).fill(1), insider: new Uint8Array(16).fill(2) } as const;
export type User = keyof typeof NAME;

export function devicesOf(user: User): DeviceId[] {
  const ipv4 = AT[user].slice(0, AT[user].indexOf(":")).split(".").map(Number);
  return [
    { type: DEVICE_ID_TYPE.eui48, value: Uint8Array.of(2, 0xa0, 0, 0, 0, ipv4[3]) },
    { type: DEVICE_ID_TYPE.ipv4, value: Uint8Array.from(ipv4) },
  ];
}

export class SenaaWorld {
  readonly network = new HeldNetwork(settled);
  readonly paa: Paa;
  readonly pac: Pac;
  /** Whom the enforcement point has let in, and of those whose session is over. */
  readonly admitted: Grant[] = [];
  readonly removed: Grant[] = [];
  readonly events: string[] = [];
  readonly #tls: TlsFiles;
  readonly #transactions: Transactions;
  /** The insider's, which is in. */
  #inside: Secured | undefined;

  constructor(tls: TlsFiles) {
    this.#tls = tls;
    const { clock } = this.network;
    const users = new EapPskServer({
      crypto,
      idS: utf8(NETWORK),
      keyOf: (name) => {
        const user = (Object.keys(NAME) as User[]).find((one) => NAME[one] === new TextDecoder().decode(name));
        return user && PSK[user];
      },
    });
    const shared = { clock, crypto, timing: TIMING, onEvent: (event: string) => this.events.push(event) };
    this.paa = new Paa({
      ...shared,
      link: this.network.link(AT.paa),
      tls,
      authenticator: directly(users),
      devices: { authenticator: directly(users), learned: () => true },
      enforcement: {
        admit: (grant) => this.admitted.push({ ...grant, lsa: grant.lsa.slice() }) > 0,
        remove: (grant) => this.removed.push(grant),
      },
      identity: NETWORK,
      limits: LIMITS,
    });
    this.pac = new Pac({
      ...shared,
      link: this.network.link(AT.honest),
      paa: AT.paa,
      tls: { ca: tls.ca, serverName: NETWORK },
      userName: NAME.honest,
      deviceIds: devicesOf("honest"),
      eap: () => peerOf("honest"),
    });
    this.#transactions = new Transactions({
      ...{ link: this.network.link(AT.insider), clock, way: "tls", timing: TIMING, random32: random32Of(crypto) },
      asked: (asked) => asked.ignore(),
    });
  }

  /** Both are in, on a network that does nothing wrong. A string: why one is not. */
  async begin(): Promise<string | undefined> {
    const entered = await this.until(this.pac.enter());
    if (typeof entered === "string") return entered;
    const asking = { transactions: this.#transactions, crypto, userName: NAME.insider };
    const tls = { ca: this.#tls.ca, serverName: NETWORK };
    const secured = await this.until(handshakes({ ...asking, to: AT.paa, isRelayed: false, tls }));
    if (typeof secured === "string") return secured;
    const { sessionId, end } = secured;
    const phase2 = { ...asking, to: AT.paa, clock: this.network.clock, sessionId, end };
    const admission = await this.until(
      authenticates({ ...phase2, deviceIds: devicesOf("insider"), peer: peerOf("insider") }),
    );
    if (typeof admission === "string") return admission;
    this.#inside = secured;
    return undefined;
  }

  /** The network does all that is to be done, and time passes, until it is there. @throws Error when it never is. */
  async until<T>(work: Promise<T>, steps = 400): Promise<T> {
    let isDone = false;
    const done = (): void => {
      isDone = true;
    };
    work.then(done, done);
    if (!(await this.network.run(() => isDone, { steps, idle_ms: TIMING.mrt_ms }))) throw new Error("it never ends");
    return work;
  }

  /** The insider says inside of its TLS what `innerOf` makes of what stands outside. Its own end is not asked. */
  async says(
    spec: typeof CSAR | typeof CLR | typeof SSTR,
    innerOf: (outside: Uint8Array) => Uint8Array,
    isEnding: boolean,
  ): Promise<void> {
    const inside = this.#inside;
    if (!inside) return;
    const { sessionId, end } = inside;
    const asked = asksInSession({ transactions: this.#transactions, to: AT.paa }, spec, sessionId, async (outside) => {
      const { octets } = await end.write(innerOf(outside));
      return isEnding ? new Uint8Array([...octets, ...(await end.end()).octets]) : octets;
    }).catch(() => undefined);
    // TLS is a stream: what it says next comes behind the answer to this.
    this.#inside = undefined;
    await this.until(asked);
    if (!isEnding) this.#inside = inside;
  }

  close(): void {
    this.pac.close();
    this.paa.close();
    this.#inside?.end.close();
    this.#transactions.close();
    this.network.queue.length = 0;
  }
}

function peerOf(user: User): EapPeer {
  const identity = utf8(NAME[user]);
  return new EapPeer({ identity, methods: [new EapPskMethod({ crypto, identity, psk: PSK[user] })] });
}

/** TLS works in turns of the loop, and says nothing in some of them. */
async function settled(network: HeldNetwork): Promise<void> {
  let sent = network.genuine.length;
  for (let still = 0; still < STILL_TURNS; still++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (network.genuine.length === sent) continue;
    sent = network.genuine.length;
    still = 0;
  }
}
