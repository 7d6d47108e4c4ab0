/** The bed that tests of the daemon lie on: an AP and stations that speak datagrams to each other, without a socket. */
import assert from "node:assert/strict";
import { AccessPoint } from "../../host/ap/accesspoint.ts";
import { PmkTable } from "../../host/ap/pmks.ts";
import { triggerSpan_s } from "../../host/channel/slots.ts";
import { gather } from "../../host/cli/run/materials.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { apAirOf } from "../../host/daemon/air.ts";
import { ApDaemon, type ApDaemonOptions } from "../../host/daemon/ap.ts";
import { type Consumer, exchangeOf, type Outcome } from "../../host/daemon/consumer.ts";
import { COOKIE_OCTETS, type Datagram, emitDatagram, readDatagram } from "../../host/daemon/datagram.ts";
import type { Source } from "../../host/daemon/peers.ts";
import { RemoteCell } from "../../host/daemon/remotecell.ts";
import { remoteStation } from "../../host/daemon/remotestation.ts";
import { Nvm } from "../../host/device/nvm.ts";
import { encodeRecord } from "../../host/keys/record.ts";
import { KeyService } from "../../host/keys/service.ts";
import { MemoryStore } from "../../host/keys/store.ts";
import { checkScenario } from "../../host/sim/scenario/read.ts";
import type { Station } from "../../host/sim/station.ts";
import type { Materials } from "../../host/sim/world.ts";
import { PROFILES } from "../../host/wire/profile.ts";

const AA = Uint8Array.of(0x02, 0xa0, 0, 0, 0, 0);
const START_us = 1_700_000_000_000_000;

/** Power enough to stay alive. */
const PLENTY = { source: "constant", constant: { power_W: 20e-3 } };

let materials: Promise<Materials> | undefined;

/** The lines of one consumer; it stores at once unless a test takes the answers into its own hands. */
export class Ledger implements Consumer {
  readonly lines: { readonly kind: string; readonly exchange?: string; readonly payload: string }[] = [];
  readonly waiting: ((outcome: Outcome) => void)[] = [];
  isManual = false;
  failure: string | undefined;

  get pending(): number {
    return this.waiting.length;
  }

  deliver(line: string, done: (outcome: Outcome) => void): void {
    this.lines.push(JSON.parse(line));
    if (this.isManual) this.waiting.push(done);
    else done("stored");
  }

  async close(): Promise<void> {}
}

/** A station at the other end, and what it says was confirmed. */
export interface Remote {
  readonly source: Source;
  readonly channel: number;
  readonly spa: Uint8Array;
  readonly station: Station;
  cell: RemoteCell;
  cookie: Uint8Array;
  readonly confirmed: { readonly exchange: string; readonly payload: string }[];
}

interface Adding {
  readonly slot?: number;
  readonly channel?: number;
  /** Of the scenario: stations, harvest and override. */
  readonly settings?: object;
  readonly harvest?: object;
  readonly override?: object;
}

export class Bed {
  readonly ledger = new Ledger();
  readonly store = new MemoryStore();
  keys: KeyService;
  ap!: AccessPoint;
  daemon!: ApDaemon;
  readonly remotes: Remote[] = [];
  /** What the AP sent to anybody, in order. */
  readonly sent: { readonly datagram: Datagram; readonly to: Source }[] = [];
  /** May change what goes up or down, or lose it. */
  up: (datagram: Datagram, from: Remote) => Datagram | undefined = (datagram) => datagram;
  down: (datagram: Datagram, to: Source) => Datagram | undefined = (datagram) => datagram;
  real_s = 0;
  t_us = START_us;
  readonly #options: Partial<ApDaemonOptions>;
  readonly #master = nodeCrypto.sha256(Uint8Array.of(1));
  #queue: (() => void)[] = [];

  constructor(options: Partial<ApDaemonOptions> = {}) {
    this.#options = options;
    this.keys = new KeyService({ crypto: nodeCrypto, master: this.#master, store: this.store });
    this.start();
  }

  /** The AP's process begins, with what the key store has; whatever there was before is lost. */
  start(): void {
    this.keys = new KeyService({ crypto: nodeCrypto, master: this.#master, store: this.store });
    const pmks = new PmkTable(AA, nodeCrypto);
    this.keys.serve(pmks);
    const air = apAirOf({
      profile: PROFILES[0],
      acwe: 0,
      slots: 4,
      dlRate_kbps: 1000,
      ulRate_kbps: 1000,
      padding_us: 36,
      answerCompute_us: 2000,
    });
    this.ap = new AccessPoint({
      crypto: nodeCrypto,
      keys: pmks,
      service: this.keys,
      triggerSpan_s: triggerSpan_s(air),
    });
    this.daemon = new ApDaemon({
      crypto: nodeCrypto,
      ap: this.ap,
      air,
      channels: 1,
      capture_dB: 10,
      consumer: this.ledger,
      peers: { most: 16, expire_s: 10 },
      perSource: { perSecond: 1000, burst: 2000 },
      perId: { perSecond: 500, burst: 1000 },
      patience_s: 0.1,
      real_s: () => this.real_s,
      send: (octets, to) => this.#toStation(octets, to),
      ...this.#options,
    });
  }

  /** A station of that number, enrolled and known to the AP; `slot`: in [0, 1), the slot that it draws. */
  async add(
    n: number,
    { slot = 0, channel = 0, settings = {}, harvest = PLENTY, override = {} }: Adding = {},
  ): Promise<Remote> {
    const spa = Uint8Array.of(0x02, 0xc0, 0xff, 0xee, 0, n);
    const psk = nodeCrypto.sha256(spa);
    this.keys.enrol(spa, psk);
    const scenario = checkScenario({ harvest, override, stations: settings }, "a test");
    materials ??= gather(scenario).then((gathered) => gathered.materials);
    const nvm = new Nvm(encodeRecord({ spa, psk, counter: 0 }));
    const entropy = (into: Uint8Array): boolean => into.set(nodeCrypto.randomBytes(into.length)) === undefined;
    const made = remoteStation({ scenario, materials: await materials, spa, index: n, nvm, entropy });
    const { station } = made;
    const confirmed: Remote["confirmed"] = [];
    const source = { address: `10.0.0.${n}`, port: 5000 };
    const remote = {
      source,
      channel,
      spa,
      station,
      confirmed,
      cookie: new Uint8Array(COOKIE_OCTETS),
    } as unknown as Remote;
    remote.cell = new RemoteCell({
      channel,
      ...made,
      random: () => slot,
      send: (datagram) => this.#fromStation(remote, datagram),
      onConfirmed: (m1, reading) => {
        const payload = Buffer.from(reading).toString("hex");
        confirmed.push({ exchange: exchangeOf(nodeCrypto, m1, spa), payload });
      },
    });
    // It boots, and listens, before the first trigger.
    remote.cell.idle(0.5);
    this.remotes.push(remote);
    this.greet(remote);
    return remote;
  }

  /** Says hello as a station does: twice. */
  greet(remote: Remote): void {
    for (let i = 0; i < 2; i++) {
      this.say({ kind: "hello", channel: remote.channel, t_us: 0, cookie: remote.cookie }, remote.source);
      this.pump();
    }
  }

  /** A datagram from anywhere. */
  say(datagram: Datagram, source: Source): void {
    this.daemon.receive(emitDatagram(datagram), source);
  }

  /** One round, until nothing moves any more; `wait`: real time goes on until it is over. */
  async round({ repeat = false, wait = true } = {}): Promise<void> {
    this.daemon.rounds.trigger(this.t_us, repeat);
    this.t_us += 100_000;
    await this.settle();
    if (wait) await this.finish();
  }

  /** Real time goes on until no round does. */
  async finish(): Promise<void> {
    while (!this.daemon.rounds.isIdle) {
      this.real_s = this.daemon.rounds.due_s;
      this.daemon.rounds.advance();
      await this.settle();
    }
  }

  /** Until no datagram is on its way and no consumer's answer waits to be heard. */
  async settle(): Promise<void> {
    do {
      this.pump();
      await new Promise((resolve) => setImmediate(resolve));
    } while (this.#queue.length > 0);
  }

  pump(): void {
    for (let step = this.#queue.shift(); step; step = this.#queue.shift()) step();
  }

  #toStation(octets: Uint8Array, to: Source): void {
    const datagram = readDatagram(octets);
    assert.ok(typeof datagram !== "string", `the AP sent no datagram: ${datagram}`);
    this.sent.push({ datagram, to });
    const remote = this.remotes.find(({ source }) => source.address === to.address && source.port === to.port);
    this.#queue.push(() => {
      const arrived = this.down(datagram, to);
      if (!arrived || !remote) return;
      if (arrived.kind === "welcome") remote.cookie = arrived.cookie;
      else remote.cell.receive(arrived);
    });
  }

  #fromStation(remote: Remote, datagram: Datagram): void {
    this.#queue.push(() => {
      const arrived = this.up(datagram, remote);
      if (arrived) this.say(arrived, remote.source);
    });
  }
}

/** Those of one kind. */
export function ofKind<Kind extends Datagram["kind"]>(bed: Bed, kind: Kind): Extract<Datagram, { kind: Kind }>[] {
  return bed.sent
    .map(({ datagram }) => datagram)
    .filter((datagram): datagram is Extract<Datagram, { kind: Kind }> => datagram.kind === kind);
}
