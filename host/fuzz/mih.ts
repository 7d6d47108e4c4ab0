/*
 * The roles of 802.21 under messages that nobody should send: malformed, too long, late, again, in the wrong order, in clear
 * and inside associations, at any point of a handover, to every role. Whoever has proven nothing changes nothing: no
 * association, nobody who is served, no PMK. Nothing throws, and nothing grows without a bound. If all were strangers the MN
 * comes to its target all the same, with the same PMK at both ends; of those inside an association the consequences are
 * theirs, but a PMK never is without the association of the same K.
 */

import { emitSaid } from "../mih/sa/said.ts";
import { ID, LINK, POS_NAMES } from "../mih/scene.ts";
import type { Scheme } from "../mih/schemes/scheme.ts";
import { emitHeader, HEADER_OCTETS, OPCODE } from "../mih/wire/header.ts";
import { emitService } from "../mih/wire/message.ts";
import {
  AUTH_REQUEST,
  AUTH_RESPONSE,
  CAPABILITY_REQUEST,
  COMPLETE_REQUEST,
  GROUP_KEY_REQUEST,
  HANDOVER_RESULT,
  INFORMATION_REQUEST,
  N2N_COMPLETE_REQUEST,
  N2N_REQUEST,
  PREREG_REQUEST,
  PREREG_RESPONSE,
  PUSH_REQUEST,
} from "../mih/wire/messages.ts";
import { associatedData, emitPdu } from "../mih/wire/pdu.ts";
import { concat, equalOctets } from "../wire/octets.ts";
import type { Datagram } from "./heldnetwork.ts";
import { changedPlan, MESSAGES, octetsOf, planOf, type Step } from "./mihsteps.ts";
import { MihWorld, memberOf, NAMES, TIMING } from "./mihworld.ts";
import { struckBy } from "./octets.ts";
import { OctetTarget, type Probe } from "./octettarget.ts";
import { stepOf } from "./steps.ts";
import type { Finding } from "./target.ts";

const SEED = 1;
const INPUT_MAX_octets = 4096;
const RUN_STEPS = 4000;
const JOURNEYS = 4;
/** Strangers of one flood, at most 255 times so many. */
const FLOOD = 8;
/** Timers that one role may have for whoever has proven nothing, and all of them for their own work meanwhile. */
const TIMERS_MAX = 1024 + 128;
const STRANGER = "stranger@nowhere.example";

export async function mihTarget(): Promise<OctetTarget> {
  return new OctetTarget({
    name: "mih",
    seeds: await seeds(),
    words: [ID.mn, ID.sp, ID.tp, ID.gm].map((id) => new TextEncoder().encode(id)),
    max: INPUT_MAX_octets,
    isText: false,
    probe: probeOf,
    change: changedPlan,
  });
}

async function probeOf(input: Uint8Array): Promise<Probe> {
  const { scheme, steps } = planOf(input);
  const thrown: unknown[] = [];
  const onRejection = (reason: unknown): number => thrown.push(reason);
  process.on("unhandledRejection", onRejection);
  const world = new MihWorld(scheme, SEED);
  try {
    const run = new Run(world, scheme);
    const finding = await run.judged(steps);
    if (thrown.length > 0) return { kind: "thrown", finding: exception(thrown[0]) };
    if (/\bfailed\b/.test(world.refusals())) return { kind: "thrown", finding: exception("a handler has failed") };
    return { kind: `${scheme} ${world.refusals()} ${run.told()}`, finding, calls: run.calls };
  } catch (error) {
    return { kind: "thrown", finding: exception(error) };
  } finally {
    world.close();
    process.off("unhandledRejection", onRejection);
  }
}

function exception(error: unknown): Finding {
  const where = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { rule: "exception", message: where.split("\n").slice(0, 3).join(" ").replaceAll(/\s+/g, " ") };
}

class Run {
  calls = 0;
  readonly #world: MihWorld;
  readonly #scheme: Scheme;
  #isInside = false;
  #isFlooded = false;
  #finding: Finding | undefined;

  constructor(world: MihWorld, scheme: Scheme) {
    this.#world = world;
    this.#scheme = scheme;
  }

  /** Kinds of events of the roles. */
  told(): string {
    const kinds = this.#world.events.map((event) => event.replaceAll(/\S+@\S+|[0-9a-f]{8,}/g, "...").slice(0, 60));
    return [...new Set(kinds)].sort().join("; ");
  }

  async judged(steps: readonly Step[]): Promise<Finding | undefined> {
    const world = this.#world;
    let arrived: unknown = "not yet";
    const begin = (): void => {
      world.begin().then((outcome) => {
        arrived = outcome;
      });
    };
    begin();
    await world.begun();
    for (const step of steps) {
      await this.#does(step);
      if (this.#finding) return this.#finding;
    }
    for (let i = 0; i < JOURNEYS; i++) {
      if (!world.isUnderWay && typeof arrived === "string") begin();
      if (!(await world.run(() => !world.isUnderWay, RUN_STEPS))) return broken("end", "the handover never ends");
      if (typeof arrived !== "string") break;
    }
    // Inside of an association one may well lie about where the MN is.
    if (this.#isInside) return this.#halfKeyed();
    return typeof arrived === "string" ? broken("end", `the MN does not come to its target: ${arrived}`) : this.#keys();
  }

  async #does({ operation, a, b, octets }: Step): Promise<void> {
    const world = this.#world;
    const [from, to] = [ID[NAMES[a % NAMES.length]], ID[NAMES[b % NAMES.length]]];
    const message = MESSAGES[(octets[0] ?? 0) % MESSAGES.length];
    const old = world.network.genuine[(a * 256 + b) % Math.max(1, world.network.genuine.length)];
    const tid = octets[1] ?? 0;
    switch (operation) {
      case "deliver":
        for (let i = 0; i <= a % 32 && (await world.network.deliver()); i++);
        return;
      case "lose":
        world.network.queue.shift();
        return;
      case "delay":
        world.network.queue.push(...world.network.queue.splice(0, 1));
        return;
      case "double":
        world.network.queue.unshift(...world.network.queue.slice(0, 1));
        return;
      case "time":
        return world.network.pass(50 * a);
      case "replay":
        return old && this.#strikes({ ...old, ...(octets[0] === 1 ? { from: STRANGER } : {}) });
      case "changed":
        return old && this.#strikes({ ...old, octets: changedBy(old.octets, octets) });
      case "raw":
        return this.#strikes({ from: a & 0x80 ? STRANGER : from, to, octets });
      case "clear":
        return this.#strikes({ from, to, octets: pduOf(message, { from, to, tid }, octets.slice(2)) });
      case "sealed":
        return this.#sealed(NAMES[a % NAMES.length], to, octets);
      case "fragment":
        return this.#strikes({ from, to, octets: fragmentOf(message, octets) });
      case "oversized":
        return this.#strikes({ from, to, octets: pduOf(message, { from, to, tid }, filler(octets)) });
      case "flood":
        // One is enough for one input, and takes as long as a hundred of other steps.
        if (this.#isFlooded) return;
        this.#isFlooded = true;
        return this.#floods(FLOOD * a, to, message, octets.slice(2));
    }
  }

  async #floods(strangers: number, to: string, message: (typeof MESSAGES)[number], service: Uint8Array): Promise<void> {
    const world = this.#world;
    const before = world.timers;
    for (let i = 0; i < strangers; i++) {
      const stranger = { from: `${i}.${STRANGER}`, to, tid: i };
      this.calls++;
      await world.network.inject({ ...stranger, octets: pduOf(message, stranger, service) });
    }
    // An acknowledgement waits for an answer that it could go with, and then no longer.
    await world.network.pass(TIMING.rto_ms);
    const more = world.timers - before;
    if (more > TIMERS_MAX) this.#finding = broken("bound", `${more} timers wait for ${strangers} strangers`);
  }

  /** From whoever has proven nothing. */
  async #strikes(datagram: Datagram): Promise<void> {
    const world = this.#world;
    this.calls++;
    const isDelivery = world.network.isOnItsWay(datagram);
    const before = world.state();
    await world.network.inject(datagram);
    // The original scheme believes what comes in clear; that is what is wrong with it.
    if (isDelivery || this.#scheme === "xor" || world.state() === before) return;
    this.#finding = broken("state", `changed by a datagram of nobody, ${datagram.from} to ${datagram.to}`);
  }

  async #sealed(name: (typeof NAMES)[number], to: string, octets: Uint8Array): Promise<void> {
    const { scene } = this.#world;
    const sa = memberOf(scene, name).associations.ofPeer(to);
    if (!sa) return;
    this.#isInside = true;
    this.calls++;
    const [number = 0, tid = 0] = octets;
    const { sid, opcode, aid } = MESSAGES[number % MESSAGES.length];
    const header = { ...FLAGS, sid, opcode, aid, tid };
    const ends = { source: ID[name], destination: to };
    const said = emitSaid(sa.said);
    const security = sa.seal(associatedData({ header, ...ends }, said), octets.slice(2));
    if (typeof security === "string") return;
    await this.#world.network.inject({
      from: ID[name],
      to,
      octets: emitPdu({ header, ...ends, protection: { said, security } }),
    });
  }

  #keys(): Finding | undefined {
    const { tables, poss } = this.#world.scene;
    const [own, theirs] = [tables.mn, tables.tp].map((table) => table.of(ID.mn, LINK.tp)?.pmk);
    if (!poss.tp.serves(ID.mn)) return broken("end", "the target does not know that it serves");
    const isSame = own && theirs ? equalOctets(own, theirs) : own === theirs;
    return isSame ? this.#halfKeyed() : broken("keys", "the MN and its target have not the same PMK");
  }

  #halfKeyed(): Finding | undefined {
    const { tables, poss } = this.#world.scene;
    const half = POS_NAMES.find(
      (name) => tables[name].of(ID.mn, LINK[name]) && !poss[name].member.associations.ofPeer(ID.mn),
    );
    return half && broken("half a key", `${half} has a PMK of the MN and no association with it`);
  }
}

function broken(rule: string, message: string): Finding {
  return { rule, message };
}

const FLAGS = { ackReq: true, ackRsp: false, uir: false, more: false, fragment: 0 };

function pduOf(
  { sid, opcode, aid }: (typeof MESSAGES)[number],
  { from, to, tid }: { readonly from: string; readonly to: string; readonly tid: number },
  service: Uint8Array,
): Uint8Array {
  const header = { ...FLAGS, ackRsp: opcode === OPCODE.response, sid, opcode, aid, tid: tid & 0xfff };
  return emitPdu({ header, source: from, destination: to, service });
}

/** Struck, and the length in the header mended. */
function changedBy(octets: Uint8Array, pairs: Uint8Array): Uint8Array {
  const changed = struckBy(octets, pairs);
  if (changed.length < HEADER_OCTETS) return changed;
  new DataView(changed.buffer, changed.byteOffset).setUint16(6, changed.length - HEADER_OCTETS);
  return changed;
}

function fragmentOf({ sid, opcode, aid }: (typeof MESSAGES)[number], octets: Uint8Array): Uint8Array {
  const [, tid = 0, fragment = 0] = octets;
  const header = { ...FLAGS, sid, opcode, aid, tid, fragment: fragment & 0x7f, more: (fragment & 0x80) !== 0 };
  return concat(emitHeader(header, Math.max(0, octets.length - 3)), octets.slice(3));
}

/** A TLV of tens of thousands of octets, its type the third of these. */
function filler(octets: Uint8Array): Uint8Array {
  const [, , type = 0, size = 0] = octets;
  const length = 0x8000 + 64 * size;
  return concat(
    Uint8Array.of(type, 0x82, (length - 0x80) >>> 8, (length - 0x80) & 0xff),
    new Uint8Array(length).fill(0x5a),
  );
}

/** Each datagram of an honest handover again at its place, changed, and forged; and each request, in clear and sealed. */
async function seeds(): Promise<Uint8Array[]> {
  const plans: Uint8Array[] = [];
  for (const scheme of ["21a", "21d", "xor"] as const) {
    const world = new MihWorld(scheme, SEED);
    let isDone = false;
    world.begin().then(() => {
      isDone = true;
    });
    await world.run(() => isDone, RUN_STEPS);
    world.close();
    const all = world.network.genuine;
    const wait = (count: number): Step[] =>
      Array.from({ length: Math.ceil(count / 32) }, (_, i) => stepOf("deliver", Math.min(31, count - 32 * i - 1)));
    for (let i = 0; i < all.length; i++) {
      plans.push(octetsOf({ scheme, steps: [...wait(i), stepOf("changed", 0, i, [0xc0, 1])] }));
      if (i % 2 === 0)
        plans.push(
          octetsOf({ scheme, steps: [...wait(i), stepOf("replay", 0, i), stepOf("double"), stepOf("delay")] }),
        );
    }
    for (const [name, to, message, service] of forged()) {
      const number = MESSAGES.indexOf(message as never);
      const octets = [number, 7, ...service];
      for (const operation of ["clear", "sealed"] as const) {
        const plan = [...wait(all.length), stepOf(operation, NAMES.indexOf(name), NAMES.indexOf(to), octets)];
        plans.push(octetsOf({ scheme, steps: plan }));
      }
    }
    plans.push(octetsOf({ scheme, steps: [stepOf("flood", 160, 1, [MESSAGES.indexOf(CAPABILITY_REQUEST), 0])] }));
    plans.push(octetsOf({ scheme, steps: [stepOf("oversized", 0, 1, [2, 0, 111, 200])] }));
    plans.push(octetsOf({ scheme, steps: [stepOf("fragment", 0, 1, [2, 9, 0x81, 1, 2, 3])] }));
  }
  return plans;
}

type Forged = readonly [(typeof NAMES)[number], (typeof NAMES)[number], object, Uint8Array];

/** Who might say what to whom. */
function forged(): Forged[] {
  const [nonceT, nonceN] = [1, 2].map((octet) => new Uint8Array(16).fill(octet));
  const key = new Uint8Array(32).fill(3);
  const links = [LINK.tp];
  const done = { link: LINK.tp, handoverResult: HANDOVER_RESULT.success };
  const toTarget = { targetLink: LINK.tp, mnId: ID.mn, mnLink: LINK.mn, ciphersuite: 1, nonceT };
  const push = { groupId: new Uint8Array(8), mnId: ID.mn, groupKeyBlock: key, nonceT, lifetime: 60, sequence: 9 };
  const given = { targetLink: LINK.tp, tposId: ID.tp, key, nonceN, lifetime: 60, status: 0 };
  return [
    [
      "mn",
      "sp",
      AUTH_REQUEST,
      emitService(AUTH_REQUEST, { method: 1, payload: new Uint8Array(), nonceT, ciphersuite: 1 }),
    ],
    ["sp", "mn", AUTH_RESPONSE, emitService(AUTH_RESPONSE, { status: 0, payload: new Uint8Array(), nonceN })],
    ["mn", "sp", INFORMATION_REQUEST, emitService(INFORMATION_REQUEST, { query: Uint8Array.of(1) })],
    [
      "mn",
      "sp",
      PREREG_REQUEST,
      emitService(PREREG_REQUEST, { targetLink: LINK.tp, candidateLinks: links, ciphersuite: 1, nonceT }),
    ],
    ["sp", "mn", PREREG_RESPONSE, emitService(PREREG_RESPONSE, given)],
    ["sp", "tp", N2N_REQUEST, emitService(N2N_REQUEST, { ...toTarget, key, nonceN, lifetime: 60 })],
    ["sp", "tp", N2N_REQUEST, emitService(N2N_REQUEST, { ...toTarget })],
    [
      "sp",
      "gm",
      GROUP_KEY_REQUEST,
      emitService(GROUP_KEY_REQUEST, { mnId: ID.mn, tposId: ID.tp, nonceT, sequence: 1 }),
    ],
    ["gm", "tp", PUSH_REQUEST, emitService(PUSH_REQUEST, push)],
    ["mn", "tp", COMPLETE_REQUEST, emitService(COMPLETE_REQUEST, { ...done, links })],
    ["tp", "sp", N2N_COMPLETE_REQUEST, emitService(N2N_COMPLETE_REQUEST, { ...done, mnId: ID.mn })],
    ["tp", "gm", N2N_COMPLETE_REQUEST, emitService(N2N_COMPLETE_REQUEST, { ...done, mnId: ID.mn })],
  ];
}
