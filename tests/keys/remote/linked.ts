/** A key service with its ways in, APs that come over real sockets, and one of them that says whatever a test wants. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { PmkTable } from "../../../host/ap/pmks.ts";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { EpochSwitch } from "../../../host/daemon/epochswitch.ts";
import type { ApPort } from "../../../host/keys/link.ts";
import { RemoteDesk, type RemoteDeskOptions } from "../../../host/keys/remote/desk.ts";
import { emitMessage, type FromAp, type Message, MessageStream } from "../../../host/keys/remote/messages.ts";
import { KeyServer } from "../../../host/keys/remote/server.ts";
import { socketOf } from "../../../host/keys/remote/where.ts";
import { KeyService } from "../../../host/keys/service.ts";
import { type KeyStore, MemoryStore } from "../../../host/keys/store.ts";
import { hex, toHex } from "../../support/hex.ts";
import { ascii, concat } from "../../twin/bytes.ts";

export const MASTER = new Uint8Array(32).fill(0x4d);
export const SPA = hex("02c0ffee0001");
export const SPA_2 = hex("02c0ffee0002");
export const AA = hex("02a000000000");
export const AA_2 = hex("02a000000001");
/** Of a station as a process: power enough to stay alive. */
export const PLENTY = ["--set", "harvest.source=constant", "harvest.constant.power_W=20e-3"] as const;
const PATIENCE_ms = 20_000;
const OWNER_ONLY = 0o600;

/** Any 32 octets of that device. */
export const pskOf = (spa: Uint8Array): Uint8Array => nodeCrypto.sha256(spa);

// KDF-SHA-256-256 spelled out: HMAC(K, LE16(1) ‖ label ‖ context ‖ LE16(256))
const kdf = (key: Uint8Array, label: string, ...context: (Uint8Array | number)[]): Uint8Array =>
  nodeCrypto.hmac(key, concat(1, 0, ascii(label), ...context, 0, 1));

/** A device's root after that many updates, and the proof of it. */
export function rootOf(spa: Uint8Array, generation: number): Uint8Array {
  let root = pskOf(spa);
  for (let g = 1; g <= generation; g++) {
    const modifierPrime = kdf(MASTER, "AMP update modifier", g, spa).slice(0, 16);
    root = kdf(root, "AMP root update", modifierPrime, g, spa);
  }
  return root;
}

export function answerOf(spa: Uint8Array, generation: number): { generation: number; proof: Uint8Array } {
  return { generation, proof: kdf(rootOf(spa, generation), "AMP root proof", generation, spa).slice(0, 8) };
}

export const pmkOf = (spa: Uint8Array, generation: number, modifier: Uint8Array, aa: Uint8Array): Uint8Array =>
  kdf(rootOf(spa, generation), "AMP PMK", modifier, aa, spa);

export async function until(what: string, isSo: () => boolean): Promise<void> {
  const end_ms = Date.now() + PATIENCE_ms;
  while (!isSo()) {
    assert.ok(Date.now() < end_ms, `waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** What is on its way has arrived: some turns of the event loop, over a socket of this process. */
export async function quiet(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 40));
}

const closing: (() => Promise<void> | void)[] = [];
after(async () => {
  for (const close of closing.reverse()) await close();
});

/** The service's process, in this one. It may be killed and started again over its store. */
export class Services {
  readonly folder = mkdtempSync(join(tmpdir(), "ampcore-link-"));
  readonly events: string[] = [];
  store: KeyStore = new MemoryStore();
  service!: KeyService;
  server!: KeyServer;
  /** What serves an AP, made of its port. */
  portFor: (port: ApPort) => ApPort = (port) => port;

  static async begin(...aas: readonly Uint8Array[]): Promise<Services> {
    const services = new Services();
    await services.start();
    for (const aa of aas) {
      services.service.authorise(aa);
      await services.server.socket(services.folder, aa, OWNER_ONLY);
    }
    closing.push(async () => {
      await services.server.close();
      rmSync(services.folder, { recursive: true, force: true });
    });
    return services;
  }

  async start(): Promise<void> {
    this.service = new KeyService({ crypto: nodeCrypto, master: MASTER, store: this.store });
    this.server = new KeyServer({
      service: this.service,
      portFor: (port) => this.portFor(port),
      onEvent: (event) => this.events.push(event),
    });
    for (const aa of this.service.aas) await this.server.socket(this.folder, aa, OWNER_ONLY);
  }

  async restart(): Promise<void> {
    await this.server.close();
    await this.start();
  }

  enrol(...spas: readonly Uint8Array[]): void {
    for (const spa of spas) this.service.enrol(spa, pskOf(spa));
  }

  socketOf(aa: Uint8Array): string {
    return socketOf(this.folder, aa);
  }

  modifierOf(aa: Uint8Array): Uint8Array {
    const { aps } = this.store.load();
    const modifier = aps.find((ap) => toHex(ap.aa) === toHex(aa))?.modifier;
    assert.ok(modifier, "the AP has a Modifier");
    return modifier;
  }
}

/** An honest AP. */
interface ApOptions extends Partial<RemoteDeskOptions> {
  /** Calls back when no round is open. */
  readonly between?: (begin: () => void) => void;
}

export class Ap {
  readonly pmks: PmkTable;
  readonly desk: RemoteDesk;
  readonly events: string[] = [];
  /** Every connection that it made. */
  readonly sockets: Socket[] = [];

  constructor(services: Services, aa: Uint8Array, { between = (begin) => begin(), ...options }: ApOptions = {}) {
    this.pmks = new PmkTable(aa, nodeCrypto);
    this.desk = new RemoteDesk({
      port: new EpochSwitch(this.pmks, between),
      connect: () => {
        const socket = connect(services.socketOf(aa));
        this.sockets.push(socket);
        return socket;
      },
      onEvent: (event) => this.events.push(event),
      ...options,
    });
    closing.push(() => this.desk.close());
  }

  generations(spa: Uint8Array): readonly number[] {
    const device = this.pmks.device(spa);
    return [0, 1, 2, 3].flatMap((bits) => device?.pmkOf(bits)?.generation ?? []);
  }

  /** Holds of that device exactly these, each as it has to be. */
  holds(services: Services, spa: Uint8Array, ...generations: readonly number[]): boolean {
    const { modifier } = this.pmks;
    if (`${this.generations(spa)}` !== `${generations}` || modifier === undefined) return false;
    for (const generation of generations) {
      const pmk = this.pmks.device(spa)?.pmkOf(generation & 3)?.pmk;
      assert.deepEqual(pmk, pmkOf(spa, generation, modifier, this.pmks.aa));
    }
    return toHex(modifier) === toHex(services.modifierOf(this.pmks.aa));
  }
}

/** An AP that says whatever a test wants it to. */
export class LyingAp {
  readonly got: Message[] = [];
  isClosed = false;
  readonly socket: Socket;
  readonly aa: Uint8Array;

  constructor(services: Services, aa: Uint8Array) {
    this.aa = aa;
    this.socket = connect(services.socketOf(aa));
    const messages = new MessageStream();
    this.socket.on("data", (chunk) => messages.push(chunk, (message) => this.got.push(message)));
    this.socket.on("close", () => {
      this.isClosed = true;
    });
    this.socket.on("error", () => {});
    closing.push(() => void this.socket.destroy());
  }

  say(message: FromAp | Message): void {
    this.socket.write(emitMessage(message));
  }

  hello(): void {
    this.say({ kind: "hello", version: 1, aa: this.aa });
  }

  /** It has come, and is about to begin its epoch. */
  async arrive(): Promise<void> {
    this.hello();
    this.say({ kind: "done", number: (await this.next("assign")).number });
    await this.next("begin");
  }

  of<K extends Message["kind"]>(kind: K): Extract<Message, { kind: K }>[] {
    return this.got.filter((message): message is Extract<Message, { kind: K }> => message.kind === kind);
  }

  /** The next of that kind that it has not been given yet; all before it are acknowledged. */
  async next<K extends Message["kind"]>(kind: K, count = 1): Promise<Extract<Message, { kind: K }>> {
    await until(`${count} ${kind} has come`, () => this.of(kind).length >= count);
    return this.of(kind)[count - 1];
  }

  /** Acknowledges all that came, until nothing comes any more. */
  async acknowledgeAll(): Promise<void> {
    for (let at = 0; ; ) {
      await quiet();
      if (at === this.got.length) return;
      for (; at < this.got.length; at++) {
        const message = this.got[at];
        if ("number" in message) this.say({ kind: "done", number: message.number });
      }
    }
  }
}
