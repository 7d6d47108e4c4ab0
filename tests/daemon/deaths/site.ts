/**
 * A site of real processes, and everything between them in this one's hands:
 *
 *     ampcore keys serve ══ a proxy for each AP ══ ampcore ap (two) ══ a proxy for each station ══ ampcore sta (two or more)
 *
 * A station is led to one AP or the other, and tells its own by nothing but what that says.
 */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { addressText } from "../../../host/keys/address.ts";
import { encodeRecord } from "../../../host/keys/record.ts";
import { ask } from "../../../host/keys/remote/administration.ts";
import { socketOf } from "../../../host/keys/remote/where.ts";
import { KeyService } from "../../../host/keys/service.ts";
import { toHex } from "../../../host/wire/octets.ts";
import { freeUdpPort } from "../../peers/programs.ts";
import { AirProxy } from "./airproxy.ts";
import { type Gate, OPEN, pause } from "./gate.ts";
import { KeyProxy } from "./keyproxy.ts";
import { Member } from "./member.ts";
import type { Place } from "./places.ts";

const APS = 2;
/** Far more than anything here takes on a busy machine. */
const PATIENCE_ms = 120_000;
/** How an AP ends that has kept no PMKs, and found no key service for as long as it waits for one. */
const ORPHANED = / has given no keys in /;
const LOOK_ms = 10;

export interface SiteOptions {
  readonly folder: string;
  /** Where the service makes the sockets of its APs. */
  readonly sockets: string;
  readonly place: Place;
  readonly stations: number;
  /** Of `ampcore keys serve`, beside where its store is. */
  readonly serve?: readonly string[];
}

export class Site {
  readonly folder: string;
  readonly place: Place;
  readonly service: Member;
  readonly aps: readonly Member[];
  readonly stations: readonly Member[];
  /** What becomes of all that passes. */
  gate: Gate = OPEN;
  /** How often an AP without PMKs has ended for want of a key service. */
  orphaned = 0;
  readonly #ports: readonly number[];
  readonly #keyProxies: readonly KeyProxy[];
  readonly #airProxies: readonly AirProxy[];
  readonly #ledTo: number[];

  private constructor(options: SiteOptions, ports: readonly number[], keys: KeyProxy[], air: AirProxy[]) {
    const { folder, place, sockets, stations, serve = [] } = options;
    this.folder = folder;
    this.place = place;
    this.#ports = ports;
    this.#keyProxies = keys;
    this.#airProxies = air;
    this.service = new Member("service", ["keys", "serve", ...place.options, "--sockets", sockets, ...serve]);
    this.aps = ports.map((port, ap) => {
      const [aa, listen] = [addressText(aaOf(ap)), `127.0.0.1:${port}`];
      const fixed = ["--fast", "--out", this.fileOf(ap), "--listen", listen, "--aa", aa];
      return new Member(`AP ${ap}`, ["ap", "--keys", wayIn(folder, ap), ...place.pmksOf(ap), ...fixed]);
    });
    this.#ledTo = Array.from({ length: stations }, (_, n) => n % APS);
    this.stations = this.#ledTo.map((_, n) => {
      const args = ["--nvm", this.nvmOf(n), "--connect", `127.0.0.1:${this.#airProxies[n].port}`];
      return new Member(`station ${n}`, ["sta", "--fast", ...args]);
    });
  }

  /** A store with its devices and APs, and every process of it started. */
  static async open(options: SiteOptions): Promise<Site> {
    const { folder, place, sockets, stations } = options;
    let site: Site | undefined;
    const gate: Gate = (sight, fate) => (site?.gate ?? OPEN)(sight, fate);
    mkdirSync(sockets, { recursive: true });
    const [ports, keys, air]: [number[], KeyProxy[], AirProxy[]] = [[], [], []];
    for (let ap = 0; ap < APS; ap++) {
      ports.push(await freeUdpPort());
      const proxy = new KeyProxy(ap, socketOf(sockets, aaOf(ap)), gate);
      await proxy.listen(wayIn(folder, ap));
      keys.push(proxy);
    }
    for (let n = 0; n < stations; n++) air.push(await AirProxy.open(n, ports[n % APS], gate));
    site = new Site(options, ports, keys, air);
    const store = await place.open({ create: true });
    const service = new KeyService({ crypto: nodeCrypto, master: store.master, store });
    for (let n = 0; n < stations; n++) {
      const psk = nodeCrypto.randomBytes(32);
      service.enrol(spaOf(n), psk);
      writeFileSync(site.nvmOf(n), encodeRecord({ spa: spaOf(n), psk, counter: 0 }));
    }
    const aas = ports.map((_, ap) => aaOf(ap));
    for (const aa of aas) service.authorise(aa);
    await store.settled();
    await store.close();
    await place.allowed(aas);
    for (const member of site.members) member.start();
    return site;
  }

  get members(): readonly Member[] {
    return [this.service, ...this.aps, ...this.stations];
  }

  spaOf(n: number): Uint8Array {
    return spaOf(n);
  }

  nvmOf(n: number): string {
    return join(this.folder, `nvm${n}.bin`);
  }

  /** Where that AP puts its readings. */
  fileOf(ap: number): string {
    return join(this.folder, `readings${ap}.ndjson`);
  }

  /** The AP that station speaks to. */
  apOf(n: number): number {
    return this.#ledTo[n];
  }

  /** Every station to the other AP. */
  roam(): void {
    for (const [n, ap] of this.#ledTo.entries()) {
      this.#ledTo[n] = (ap + 1) % APS;
      this.#airProxies[n].leadTo(this.#ports[this.#ledTo[n]]);
    }
  }

  /** The key service is up. */
  async served(): Promise<void> {
    await this.until("the key service serves", () => this.service.said.includes(" serving "));
  }

  /** Asks the service for the next root of that station; false: it has died of it, or before. */
  async update(n: number): Promise<boolean> {
    try {
      return (await ask(this.place.control, { action: "update", spa: toHex(spaOf(n)) })) !== undefined;
    } catch {
      return false;
    }
  }

  async kill(members: readonly Member[]): Promise<void> {
    await Promise.all(members.map((member) => member.kill()));
  }

  /** So many readings of every station are confirmed from now on. */
  async confirmed(count: number): Promise<void> {
    const wanted = this.stations.map(({ confirmed }) => confirmed.length + count);
    const isMissing = (n: number): boolean => this.stations[n].confirmed.length < wanted[n];
    await this.until("readings of every station are confirmed", () => !this.stations.some((_, n) => isMissing(n)));
  }

  /** @throws AssertionError when that does not come about, or a process ends that nobody killed. */
  async until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    const end_ms = Date.now() + PATIENCE_ms;
    while (!(await isSo())) {
      for (const member of this.members) this.#startOrphan(member, what);
      assert.ok(Date.now() < end_ms, `waited in vain until ${what}\n${this.#said()}`);
      await pause(LOOK_ms);
    }
  }

  /** Everyone is asked to stop, stations first; their exit codes. */
  async stop(): Promise<(number | null)[]> {
    const codes = [];
    for (const member of [...this.stations, ...this.aps, this.service]) codes.push(await member.stop());
    return codes;
  }

  /** Nothing of it is left but its files. */
  async close(): Promise<void> {
    await this.kill(this.members);
    for (const proxy of [...this.#keyProxies, ...this.#airProxies]) proxy.close();
  }

  /** One that may end is started again, as whoever looks after it would. @throws AssertionError of any other end. */
  #startOrphan(member: Member, what: string): void {
    if (member.unasked === undefined) return;
    assert.match(member.unasked, ORPHANED, `while waiting until ${what}`);
    this.orphaned++;
    member.restart();
  }

  #said(): string {
    return this.members.map(({ name, said, isRunning }) => `${name}${isRunning ? "" : " (dead)"}: ${said}`).join("\n");
  }
}

function aaOf(ap: number): Uint8Array {
  return Uint8Array.of(0x02, 0xa0, 0, 0, 0, ap);
}

function spaOf(n: number): Uint8Array {
  return Uint8Array.of(0x02, 0xc0, 0xff, 0xee, 0, n);
}

/** Where that AP finds its key service: at a proxy. */
function wayIn(folder: string, ap: number): string {
  return join(folder, `ap${ap}.sock`);
}
