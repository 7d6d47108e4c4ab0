/*
 * Sessions of SeNAA under what nobody should send: datagrams lost, doubled, late, again, changed, cut, spliced, of strangers and in
 * other's names, messages of any kind in clear, and any octets inside the TLS of one who is in. Nothing throws and nothing
 * grows without a bound; nobody is admitted but who has a key, as the device it has; where both ends say that there is a
 * session they have one key; and when it is over an honest access point gets in.
 */

import { nodeRsnCrypto as crypto } from "../rsn/keys/crypto.node.ts";
import { sealedOf } from "../senaa/session/sealed.ts";
import { certified, type TlsFiles } from "../senaa/site/certify.node.ts";
import { checksumOf } from "../senaa/wire/checksum.ts";
import { RESULT, TERMINATION_CAUSE } from "../senaa/wire/codes.ts";
import { emitMessage, emitRefusal, readMessage } from "../senaa/wire/message.ts";
import { CLR, CSAR, SASR, SCR, SSTR } from "../senaa/wire/messages.ts";
import { concat, equalOctets } from "../wire/octets.ts";
import { struckBy } from "./octets.ts";
import { OctetTarget, type Probe } from "./octettarget.ts";
import { changedSteps, type Step, seeds, stepsOf } from "./senaasteps.ts";
import { AT, devicesOf, LIMITS, NAME, NETWORK, SenaaWorld, type User } from "./senaaworld.ts";
import type { Finding } from "./target.ts";

const INPUT_MAX_octets = 1024;
const ENTRIES = 6;
const SENDERS = [AT.paa, AT.honest, AT.insider, "10.9.9.9:7162"] as const;
/** Of the world's own work, and for each half-open session. */
const TIMERS_MAX = 32 + 2 * LIMITS.halfOpen;

/** @throws SiteError where there is no openssl. */
export function senaaSessionTarget(): OctetTarget {
  const tls = certified(NETWORK);
  return new OctetTarget({
    name: "senaasession",
    seeds: seeds(),
    words: [],
    max: INPUT_MAX_octets,
    isText: false,
    probe: (input) => probeOf(input, tls),
    change: changedSteps,
  });
}

async function probeOf(input: Uint8Array, tls: TlsFiles): Promise<Probe> {
  const thrown: unknown[] = [];
  const keep = (reason: unknown): number => thrown.push(reason);
  process.on("unhandledRejection", keep);
  const world = new SenaaWorld(tls);
  const run = new Run(world);
  try {
    const finding = await run.judged(stepsOf(input));
    if (thrown.length > 0) return { kind: "thrown", finding: exception(thrown[0]) };
    return { kind: run.told(), finding, calls: run.calls };
  } catch (error) {
    return { kind: "thrown", finding: exception(error) };
  } finally {
    world.close();
    process.off("unhandledRejection", keep);
  }
}

class Run {
  calls = 0;
  readonly #world: SenaaWorld;
  #isFlooded = false;
  /** What the ends were asked to do, and may still be doing. */
  readonly #underWay: Promise<unknown>[] = [];

  constructor(world: SenaaWorld) {
    this.#world = world;
  }

  /** Kinds of what was dropped, and of what was said. */
  told(): string {
    const { paa, pac, events } = this.#world;
    const dropped = [paa, pac].map(({ counts }) => [...counts.dropped.keys()].sort().join("+")).join(" / ");
    const kinds = events.map((event) => event.replaceAll(/[\w.]+@[\w.]+|\d+(\.\d+){3}:\d+/g, "...").slice(0, 50));
    return `${dropped} ${[...new Set(kinds)].sort().join("; ")}`;
  }

  async judged(steps: readonly Step[]): Promise<Finding | undefined> {
    const world = this.#world;
    const begun = await world.begin();
    if (begun !== undefined) return broken("begin", begun);
    for (const step of steps) {
      await this.#does(step);
      const finding = this.#bounds() ?? this.#admissions();
      if (finding) return finding;
    }
    await world.until(Promise.allSettled(this.#underWay));
    return (await this.#entersAgain()) ?? this.#admissions() ?? this.#keys();
  }

  async #does({ operation, a, b, octets }: Step): Promise<void> {
    const { network, paa, pac } = this.#world;
    const old = network.genuine[(a * 256 + b) % network.genuine.length];
    const to = SENDERS[b % 3];
    switch (operation) {
      case "deliver":
        for (let i = 0; i <= a % 8 && (await network.deliver()); i++);
        return;
      case "lose":
        network.queue.shift();
        return;
      case "delay":
        network.queue.push(...network.queue.splice(0, 1));
        return;
      case "double":
        network.queue.unshift(...network.queue.slice(0, 1));
        return;
      case "time":
        return network.pass(20 * a);
      case "replay":
        return this.#strikes(octets[0] === 1 ? SENDERS[3] : old.from, old.to, old.octets);
      case "changed":
        return this.#strikes(old.from, old.to, changedBy(old.octets, octets));
      case "spliced": {
        const other = network.genuine[(octets[0] ?? 0) % network.genuine.length];
        const at = 4 * ((octets[1] ?? 0) % (1 + (old.octets.length >>> 2)));
        return this.#strikes(old.from, old.to, mended(concat(old.octets.slice(0, at), other.octets.slice(at))));
      }
      case "raw":
        return this.#strikes(SENDERS[a % SENDERS.length], to, octets);
      case "clear":
        return this.#strikes(SENDERS[a % SENDERS.length], to, this.#clear(octets));
      case "flood":
        return this.#floods(a);
      case "inside":
        return this.#inside(a, octets);
      case "reauthenticate":
        return this.#begins(() => pac.reauthenticate());
      case "leave":
        return this.#begins(() => pac.leave());
      case "wish":
        return this.#begins(() => paa.wishes(this.#ofHonest()));
      case "abort":
        return this.#begins(() => paa.abort(this.#ofHonest(), TERMINATION_CAUSE.administrative));
    }
  }

  #begins(does: () => Promise<unknown>): void {
    // An end that is busy with its own says so, to whoever asks it.
    this.#underWay.push(does().catch((error) => void (error instanceof RangeError || Promise.reject(error))));
  }

  async #strikes(from: string, to: string, octets: Uint8Array): Promise<void> {
    this.calls++;
    await this.#world.network.inject({ from, to, octets });
  }

  /** A message of some kind, with the Session-Id of one who is in, and TLS octets of the input. */
  #clear([kind = 0, number = 0, ...rest]: Uint8Array): Uint8Array {
    const ids = { hopByHop: number, endToEnd: number };
    const sessionId = kind & 0x40 ? "nobody's" : this.#ofHonest();
    const tls = Uint8Array.from(rest);
    if (kind & 0x20) {
      const { header } = readMessage(
        this.#world.network.genuine[number % this.#world.network.genuine.length].octets,
        "tls",
      );
      if (header) return emitRefusal(header, { sessionId, resultCode: RESULT.unknownSessionId });
    }
    const spec = [CSAR, CLR, SSTR, SASR][kind % 5];
    return spec ? emitMessage(spec as typeof CSAR, ids, { sessionId, tls }) : first(ids, Uint8Array.of(22, ...tls));
  }

  async #floods(count: number): Promise<void> {
    // One is enough for one input.
    if (this.#isFlooded) return;
    this.#isFlooded = true;
    for (let i = 0; i < count; i++) {
      const hello = first({ hopByHop: i, endToEnd: i }, Uint8Array.of(22, 3, 1, 0, 1, 1));
      await this.#strikes(`10.8.${i % 16}.${i}:7162`, AT.paa, hello);
    }
  }

  async #inside(a: number, octets: Uint8Array): Promise<void> {
    this.calls++;
    const spec = [CSAR, CLR, SSTR][a % 3];
    const user: User = a & 0x10 ? "honest" : "insider";
    await this.#world.says(
      spec,
      (outside) => {
        if (a & 0x20) return octets;
        const body = { userName: NAME[user], deviceIds: devicesOf(user), eap: octets.length > 0 ? octets : undefined };
        if (spec === CLR) return sealedOf(crypto, CLR, outside, body);
        if (spec === SSTR) return sealedOf(crypto, SSTR, outside, { terminationCause: TERMINATION_CAUSE.logout });
        return concat(sealedOf(crypto, CSAR, outside, {}), octets.length > 8 ? checksumOf(crypto, octets) : octets);
      },
      (a & 0x40) !== 0,
    );
  }

  #ofHonest(): string {
    return this.#world.admitted.findLast(({ userName }) => userName === NAME.honest)?.sessionId ?? "none";
  }

  #bounds(): Finding | undefined {
    const { paa, network } = this.#world;
    if (paa.halfOpen > LIMITS.halfOpen) return broken("bound", `${paa.halfOpen} half-open sessions`);
    const { waiting } = network.clock;
    return waiting > TIMERS_MAX ? broken("bound", `${waiting} timers`) : undefined;
  }

  /** Whoever is in has a key of the network's, and is where its device is. */
  #admissions(): Finding | undefined {
    for (const { userName, deviceIds } of this.#world.admitted) {
      const user = (Object.keys(NAME) as User[]).find((one) => NAME[one] === userName);
      const own = user && devicesOf(user);
      const isOwn = own?.length === deviceIds.length && own.every((id, i) => equalOctets(id.value, deviceIds[i].value));
      if (!isOwn) return broken("admitted", `${userName} as a device that it is not`);
    }
    const { admitted, removed } = this.#world;
    return removed.length > admitted.length ? broken("removed", "more have left than were admitted") : undefined;
  }

  /** The network is honest from now on. */
  async #entersAgain(): Promise<Finding | undefined> {
    const { pac, paa } = this.#world;
    let last: unknown;
    for (let i = 0; i < ENTRIES; i++) {
      // A session that only one end has: what it asks there tells it so.
      if (pac.session && !paa.open.includes(pac.session.sessionId)) await this.#world.until(pac.reauthenticate());
      if (pac.session && paa.open.includes(pac.session.sessionId)) return undefined;
      if (!pac.session) last = await this.#world.until(pac.enter());
    }
    return broken("end", `an honest access point does not get in: ${JSON.stringify(last)}`);
  }

  #keys(): Finding | undefined {
    const { pac, admitted } = this.#world;
    const grant = admitted.findLast(({ sessionId }) => sessionId === pac.session?.sessionId);
    const isOne = grant !== undefined && pac.session !== undefined && equalOctets(grant.lsa, pac.session.lsa);
    return isOne ? undefined : broken("keys", "both ends have a session, and not one key");
  }
}

function broken(rule: string, message: string): Finding {
  return { rule, message };
}

function exception(error: unknown): Finding {
  const where = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { rule: "exception", message: where.split("\n").slice(0, 3).join(" ").replaceAll(/\s+/g, " ") };
}

function first(ids: { readonly hopByHop: number; readonly endToEnd: number }, tls: Uint8Array): Uint8Array {
  return emitMessage(SCR, ids, { userName: "@plant.example", tls });
}

/** Struck, and mended. */
function changedBy(octets: Uint8Array, pairs: Uint8Array): Uint8Array {
  const changed = struckBy(octets, pairs);
  return mended(changed);
}

/** The length in the header is right, so that what is behind it is looked at. */
function mended(octets: Uint8Array): Uint8Array {
  const whole = octets.slice(0, octets.length & ~3);
  if (whole.length >= 4) whole.set([whole.length >>> 16, (whole.length >>> 8) & 0xff, whole.length & 0xff], 1);
  return whole;
}
