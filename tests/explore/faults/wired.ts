/** Known errors of APs and key services, as wrappers around the honest ones. */
import { AccessPoint, type AccessPointOptions, type Received } from "../../../host/ap/accesspoint.ts";
import type { Crypto } from "../../../host/crypto/crypto.ts";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { HONEST, MASTER, type Makers, PSK, SPA } from "../../../host/explore/world.ts";
import { modifierPrimeOf, proofOf, rootAfter } from "../../../host/keys/roots.ts";
import { KeyService, type KeyServiceOptions } from "../../../host/keys/service.ts";
import type { Answer } from "../../../host/wire/command.ts";
import type { Fault } from "./device.ts";

interface WiredFault extends Fault {
  readonly makers: Makers;
}

/** ANonces are counted from the same number again after a restart. */
class ForgetfulAp extends AccessPoint {
  #restart: () => void;

  constructor(options: AccessPointOptions) {
    let drawn = 0;
    const randomBytes = (length: number): Uint8Array => nodeCrypto.sha256(Uint8Array.of(drawn++)).slice(0, length);
    super({ ...options, crypto: { ...options.crypto, randomBytes } });
    this.#restart = () => {
      drawn = 0;
    };
  }

  override restart(): void {
    super.restart();
    this.#restart();
  }
}

/** An AP with a second one in it that sends the very same M1s and knows nothing of what the first has taken. */
class TwinnedAp extends AccessPoint {
  protected readonly twin: AccessPoint;

  constructor(options: AccessPointOptions) {
    const drawn: Uint8Array[] = [];
    super({
      ...options,
      crypto: withRandom(options.crypto, (length) => last(drawn, options.crypto.randomBytes(length))),
    });
    this.twin = new AccessPoint({ ...options, crypto: withRandom(options.crypto, () => drawn.shift() as Uint8Array) });
  }

  override trigger(...request: Parameters<AccessPoint["trigger"]>): Uint8Array {
    const m1 = super.trigger(...request);
    this.twin.trigger(...request);
    return m1;
  }

  override restart(): void {
    super.restart();
    this.twin.restart();
  }
}

/** Takes a second M2 of a device under one ANonce. */
class GreedyAp extends TwinnedAp {
  override receive(...received: Parameters<AccessPoint["receive"]>): Received {
    const own = super.receive(...received);
    return own.kind === "refused" && own.reason === "second M2" ? this.twin.receive(...received) : own;
  }
}

/** Makes an M3 anew when its M2 comes again, with what it has to say by then. */
class TalkativeAp extends TwinnedAp {
  override receive(...received: Parameters<AccessPoint["receive"]>): Received {
    const own = super.receive(...received);
    if (own.kind !== "again") return own;
    const [, , now_s] = received;
    const again = this.twin.receive(...received);
    const m3 = again.kind === "reading" && again.reading.delivered(now_s, Uint8Array.of(1, 2, 3))?.m3;
    return m3 ? { kind: "again", m3 } : own;
  }
}

/** Answers with M3 before it has delivered. */
class HastyAp extends AccessPoint {
  override receive(...received: Parameters<AccessPoint["receive"]>): Received {
    const own = super.receive(...received);
    const [, , now_s] = received;
    const m3 = own.kind === "reading" && own.reading.delivered(now_s)?.m3;
    return m3 ? { kind: "again", m3 } : own;
  }
}

/** Hands a reading out again that nobody has told it of: it may be stored by then. */
class ImpatientAp extends AccessPoint {
  readonly #handedOut = new Map<string, Received>();

  override receive(...received: Parameters<AccessPoint["receive"]>): Received {
    const own = super.receive(...received);
    const octets = String(received[1]);
    if (own.kind === "reading") this.#handedOut.set(octets, own);
    const isPending = own.kind === "refused" && own.reason === "delivery pending";
    return isPending ? (this.#handedOut.get(octets) ?? own) : own;
  }
}

/** Answers with M3 when an M2 comes again whose reading could not be stored. */
class OptimisticAp extends AccessPoint {
  readonly #handedOut = new Set<string>();

  override receive(...received: Parameters<AccessPoint["receive"]>): Received {
    const own = super.receive(...received);
    const [, octets, now_s] = received;
    if (own.kind !== "reading") return own;
    const isAgain = this.#handedOut.has(String(octets));
    this.#handedOut.add(String(octets));
    const m3 = isAgain && own.reading.delivered(now_s)?.m3;
    return m3 ? { kind: "again", m3 } : own;
  }
}

/** Takes the UL Data that it took before. */
class CredulousAp extends AccessPoint {
  readonly #taken: [octets: string, received: Received][] = [];

  override receive(...received: Parameters<AccessPoint["receive"]>): Received {
    const octets = String(received[1]);
    const own = super.receive(...received);
    if (own.kind === "data") this.#taken.push([octets, own]);
    const before = this.#taken.find(([taken]) => taken === octets);
    return own.kind === "refused" && own.reason === "replayed PN" && before ? before[1] : own;
  }
}

/** Drops g when an AP says that the device has proven g+1. */
class TrustingService extends KeyService {
  override offer(spa: Uint8Array, answer: Answer): boolean {
    const { updatingTo } = this.progressOf(spa);
    if (answer.generation !== updatingTo || updatingTo !== 1) return super.offer(spa, answer);
    const modifierPrime = modifierPrimeOf(nodeCrypto, MASTER, 1, SPA);
    const root = rootAfter(nodeCrypto, PSK, { modifierPrime, generation: 1, spa: SPA });
    return super.offer(spa, { generation: 1, proof: proofOf(nodeCrypto, root, 1, SPA) });
  }
}

/** Makes another update each time it is asked for the same one. */
class FickleService extends KeyService {
  static made = 0;

  constructor(options: KeyServiceOptions) {
    const process = FickleService.made++ & 0xff;
    const kdf256 = (key: Uint8Array, label: string, context: Uint8Array): Uint8Array => {
      const derived = options.crypto.kdf256(key, label, context);
      if (label === "AMP update modifier") derived[0] ^= process;
      return derived;
    };
    super({ ...options, crypto: { ...options.crypto, kdf256 } });
  }
}

const ap = (makeAp: Makers["makeAp"]): Makers => ({ ...HONEST, makeAp });
const service = (makeService: Makers["makeService"]): Makers => ({ ...HONEST, makeService });

export const WIRED_FAULTS: readonly WiredFault[] = [
  {
    name: "an AP draws the ANonces of before again after a restart",
    exchange: "m3",
    breaks: "AMP-R3",
    makers: ap((options) => new ForgetfulAp(options)),
  },
  {
    name: "an AP takes a second M2 under one ANonce",
    exchange: "m1-first",
    breaks: "AMP-R3",
    makers: ap((options) => new GreedyAp(options)),
  },
  {
    name: "an AP makes its M3 anew when the M2 comes again",
    exchange: "m1-first",
    breaks: "AMP-R1",
    makers: ap((options) => new TalkativeAp(options)),
  },
  {
    name: "an AP sends M3 before the reading is delivered",
    exchange: "m1-first",
    breaks: "AMP-R3",
    makers: ap((options) => new HastyAp(options)),
  },
  {
    name: "an AP hands a reading out again that may be stored",
    exchange: "m1-first",
    breaks: "AMP-R3",
    makers: ap((options) => new ImpatientAp(options)),
  },
  {
    name: "an AP that could not store a reading sends M3 when its M2 comes again",
    exchange: "m1-first",
    breaks: "AMP-R3",
    makers: ap((options) => new OptimisticAp(options)),
  },
  {
    name: "an AP takes UL Data twice",
    exchange: "data-up",
    breaks: "AMP-R3",
    makers: ap((options) => new CredulousAp(options)),
  },
  {
    name: "a key service drops g on an AP's word",
    exchange: "m3-update",
    breaks: "section 6",
    makers: service((options) => new TrustingService(options)),
  },
  {
    name: "a restored key service makes another update than before",
    exchange: "m3-update",
    breaks: "section 6",
    makers: service((options) => new FickleService(options)),
  },
];

function withRandom(crypto: Crypto, randomBytes: Crypto["randomBytes"]): Crypto {
  return { ...crypto, randomBytes };
}

function last(list: Uint8Array[], drawn: Uint8Array): Uint8Array {
  list.push(drawn);
  return drawn;
}
