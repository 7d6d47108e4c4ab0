/** A board, and the bed with a bridge that it stands behind. */
import assert from "node:assert/strict";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { builtModule } from "../../host/build/build.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { BridgeCell } from "../../host/daemon/bridge/cell.ts";
import type { Place } from "../../host/daemon/bridge/line.ts";
import { LineDevice } from "../../host/daemon/bridge/linedevice.ts";
import { Lives } from "../../host/daemon/bridge/lives.ts";
import { BridgeTally } from "../../host/daemon/bridge/tally.ts";
import { exchangeOf } from "../../host/daemon/consumer.ts";
import type { UpDatagram } from "../../host/daemon/datagram.ts";
import { loadStation, type Station } from "../../host/device/load.ts";
import { Nvm } from "../../host/device/nvm.ts";
import { encodeRecord } from "../../host/keys/record.ts";
import { idOf } from "../../host/wire/id.ts";
import { scratchFolder } from "../cli/ampcore.ts";
import { Bed, type Remote } from "./bed.ts";
import { until } from "./running.ts";

/** Where boards have their lines; it is gone after the file's tests. */
export const FOLDER = scratchFolder();
const module = await builtModule("release");
const READING = { octets: 16, encrypt: true };

/**
 * A board as docs/DAEMON.md wants one: the module over its own NVM, calls in, answers out. It forgets half a call when its
 * line is opened anew, loses its RAM when it is reset, and says what else a test wants of it.
 */
export class Board {
  readonly nvm: Nvm;
  readonly path: string;
  /** What it says before each answer. */
  chatter: Uint8Array = new Uint8Array();
  /** Calls that it takes and does not answer. */
  deaf = 0;
  /** Real time that an M1 takes it. */
  slow_ms = 0;
  lines = 0;
  #socket: Socket | undefined;
  #station: Station;
  readonly #server = createServer((socket) => this.#opened(socket));

  constructor(name: string, image: Uint8Array) {
    this.nvm = new Nvm(image);
    this.path = join(FOLDER, name);
    this.#station = this.#powered();
    this.#server.listen(this.path);
  }

  reset(): void {
    this.#station = this.#powered();
  }

  say(octets: Uint8Array): void {
    this.#socket?.write(octets);
  }

  hangUp(): void {
    this.#socket?.destroy();
  }

  close(): void {
    this.hangUp();
    this.#server.close();
  }

  #powered(): Station {
    const entropy = (into: Uint8Array): boolean => into.set(nodeCrypto.randomBytes(into.length)) === undefined;
    this.nvm.powerUp();
    return loadStation(module, {
      entropy,
      nvmRead: (offset, into) => this.nvm.nvmRead(offset, into),
      nvmWrite: (offset, octets) => this.nvm.nvmWrite(offset, octets),
    });
  }

  #opened(socket: Socket): void {
    let received = Buffer.alloc(0);
    this.#socket = socket;
    this.lines++;
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 4 && received.length >= 4 + received.readUInt16LE(2)) {
        const end = 4 + received.readUInt16LE(2);
        const [operation, argument] = received;
        this.#called(socket, String.fromCharCode(operation), argument, new Uint8Array(received.subarray(4, end)));
        received = received.subarray(end);
      }
    });
  }

  #called(socket: Socket, operation: string, argument: number, octets: Uint8Array): void {
    if (this.deaf > 0) {
      this.deaf--;
      return;
    }
    const [status, answer] = this.#does(operation, argument, octets);
    const head = Buffer.alloc(7);
    head.write("a");
    head.writeInt32LE(status, 1);
    head.writeUInt16LE(answer.length, 5);
    const isM1 = operation === "r" && (octets[0] & 0x0f) === 8;
    setTimeout(() => socket.write(Buffer.concat([this.chatter, head, answer])), isM1 ? this.slow_ms : 0);
  }

  #does(operation: string, argument: number, octets: Uint8Array): [status: number, octets: Uint8Array] {
    const station = this.#station;
    const none = new Uint8Array();
    const sent = ({ status, frame }: { status: number; frame?: Uint8Array }): [number, Uint8Array] =>
      frame ? [frame.length, frame] : [status, none];
    const taken = (payload: Uint8Array): [number, Uint8Array] => [payload.length, payload];
    switch (operation) {
      case "b":
        return [station.boot(), none];
      case "p":
        return [station.setPayload(octets, argument === 1), none];
      case "r":
        return sent(station.receive(octets));
      case "s":
        return sent(station.send());
      case "d":
        return taken(station.received());
      case "t":
        return taken(station.triggerData());
      default:
        return [station.state(), none];
    }
  }
}

/** A board on a bed, behind a bridge. */
export class Bridged {
  readonly tally = new BridgeTally();
  readonly confirmed: { readonly exchange: string; readonly payload: string }[] = [];
  readonly sent: UpDatagram[] = [];
  readonly downs: string[] = [];
  readonly board: Board;
  readonly bed = new Bed();
  readonly lives: Lives;
  readonly cell: BridgeCell;
  ups = 0;

  constructor(name: string, { compute_s = 0.002, place }: { compute_s?: number; place?: Place } = {}) {
    const spa = Uint8Array.of(0x02, 0xc0, 0xff, 0xee, 0, 9);
    const psk = nodeCrypto.sha256(spa);
    const id = idOf(nodeCrypto, spa);
    const source = { address: "10.0.0.9", port: 5000 };
    this.bed.keys.enrol(spa, psk);
    this.board = new Board(name, encodeRecord({ spa, psk, counter: 0 }));
    const onFailure = (error: unknown): void => assert.fail(String(error));
    const device = new LineDevice({
      place: place ?? { kind: "unix", path: this.board.path },
      patience_s: 0.3,
      entropy: () => false,
      compute_s,
    });
    let isDurable = false;
    device.flush = () => {
      isDurable = true;
    };
    this.lives = new Lives({
      device,
      onUp: async (station) => {
        await this.cell.sample(station);
        this.ups++;
      },
      onDown: () => {},
      onDeath: (why) => this.downs.push(why),
      onTrouble: () => {},
      onFailure,
      now_s: () => performance.now() / 1000,
    });
    this.cell = new BridgeCell({
      channel: 0,
      device,
      lives: this.lives,
      tally: this.tally,
      id,
      index: 9,
      reading: READING,
      dataFrames: 0,
      power_dBm: -40,
      waitMax_s: Number.POSITIVE_INFINITY,
      random: () => 0,
      send: (datagram) => {
        if (datagram.kind === "up") {
          this.sent.push(datagram);
          assert.ok(isDurable, "what the device wrote is durable before it says anything");
          isDurable = false;
        }
        this.bed.say(datagram, source);
      },
      onConfirmed: (m1, reading) => {
        this.confirmed.push({
          exchange: exchangeOf(nodeCrypto, m1, spa),
          payload: Buffer.from(reading).toString("hex"),
        });
      },
      onStrange: () => {},
      onFailure,
    });
    const remote = { source, channel: 0, spa, cell: this.cell, cookie: new Uint8Array(8) } as unknown as Remote;
    this.bed.remotes.push(remote);
  }

  async start(): Promise<void> {
    await this.lives.start();
    this.bed.greet(this.bed.remotes[0]);
  }

  /** Rounds that wait until the board has had its say, up to a confirmed reading of which it did not know before. */
  async reading(): Promise<void> {
    const { length } = this.confirmed;
    await until("a reading is confirmed", () => {
      if (this.confirmed.length > length) return true;
      if (this.bed.daemon.rounds.isIdle) this.bed.round({ wait: false });
      else this.bed.pump();
      return false;
    });
    const { exchange, payload } = this.confirmed[length];
    const stored = this.bed.ledger.lines.filter((line) => line.exchange === exchange);
    assert.deepEqual(
      stored.map((line) => line.payload),
      [payload],
      "what was confirmed was stored, once",
    );
  }

  async stop(): Promise<void> {
    await this.lives.stop();
    this.board.close();
  }
}
