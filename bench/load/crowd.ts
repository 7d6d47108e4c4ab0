/*
 * Many stations in one process, each with a socket of its own: M2s with right MICs as soon as M1 is there, M3s whose MICs are
 * verified. They make their frames with host/wire, not with the module: it is the AP that is measured, not they.
 */
import type { Crypto } from "../../host/crypto/crypto.ts";
import { emitDatagram } from "../../host/daemon/datagram.ts";
import type { Source } from "../../host/daemon/peers.ts";
import { pmkOf } from "../../host/keys/roots.ts";
import { idOf } from "../../host/wire/id.ts";
import { equalOctets } from "../../host/wire/octets.ts";
import { open, seal } from "../../host/wire/protect.ts";
import { deriveSessionKeys, type SessionKeys } from "../../host/wire/ptk.ts";
import { emitResponse, type Response } from "../../host/wire/response.ts";
import { rootOf, spaOf } from "./devices.ts";
import { HELLO_ms, KIND, LoadSocket } from "./socket.ts";
import { confirmIn, type Heard, isTrigger, Triggers } from "./triggers.ts";

export interface CrowdOptions {
  readonly ap: Source;
  readonly crypto: Crypto;
  /** Stations, evenly over the channels. */
  readonly stations: number;
  readonly channels: number;
  readonly reading_octets: number;
}

export interface CrowdCounts {
  readonly known: number;
  readonly m2: number;
  readonly confirmed: number;
  readonly replayed: number;
  /** M3s whose MIC does not fit: none, if all is well. */
  readonly wrong: number;
}

/** What every station's M2 is heard with. */
const POWER_cdBm = -5000;
/** From the beginning of an M2 to that of its replay. */
const REPLAY_us = 800;

export class Crowd {
  readonly counts = { m2: 0, confirmed: 0, replayed: 0, wrong: 0 };
  readonly #options: CrowdOptions;
  readonly #members: Member[] = [];
  readonly #replayers: LoadSocket[] = [];
  #hellos: NodeJS.Timeout | undefined;
  #next = 0;
  #replays = 0;
  #address = 0;

  constructor(options: CrowdOptions) {
    this.#options = options;
  }

  get known(): number {
    return this.#members.filter(({ socket }) => socket.isKnown).length;
  }

  async start(): Promise<void> {
    const { stations, channels, ap, crypto, reading_octets } = this.#options;
    const triggers = Array.from({ length: channels }, () => new Triggers());
    for (let n = 0; n < stations; n++) {
      const channel = n % channels;
      const member = new Member(crypto, n, channel, Math.floor(n / channels), reading_octets, triggers[channel], {
        m2: (octets) => this.#said(octets, channel),
        confirmed: (isRight) => this.counts[isRight ? "confirmed" : "wrong"]++,
      });
      this.#members.push(member);
      await member.open(ap);
    }
    for (const { socket } of this.#members) socket.hello();
    // In turn, so that no second begins with all of them.
    this.#hellos = setInterval(() => this.#helloNext(), HELLO_ms / Math.max(1, stations));
  }

  /** Every M2 is said so often once more, as it was, behind it in its slot, by somebody else whom the AP knows; 0: by nobody. */
  async replay(count: number): Promise<void> {
    this.#replays = count;
    for (const replayer of this.#replayers.splice(0)) replayer.close();
    for (let channel = 0; count > 0 && channel < this.#options.channels; channel++) {
      const replayer = await LoadSocket.open(this.#options.ap, channel, () => {});
      this.#replayers.push(replayer);
      replayer.hello();
    }
  }

  /** A station goes, and comes back from another port and address. */
  async moveOne(): Promise<void> {
    const member = this.#members[Math.floor(Math.random() * this.#members.length)];
    this.#address = (this.#address + 1) % 0xfffd;
    const last = this.#address + 1;
    await member.move(this.#options.ap, `127.1.${last >> 8}.${last & 0xff}`);
  }

  stop(): void {
    clearInterval(this.#hellos);
    for (const { socket } of this.#members) socket.close();
    for (const replayer of this.#replayers) replayer.close();
  }

  #helloNext(): void {
    const turn = this.#next++ % this.#members.length;
    this.#members[turn].socket.hello();
    if (turn === 0) for (const replayer of this.#replayers) replayer.hello();
  }

  #said(m2: Uint8Array, channel: number): void {
    this.counts.m2++;
    const replayer = this.#replayers[channel];
    if (!replayer?.isKnown) return;
    const fields = new DataView(m2.buffer, m2.byteOffset);
    for (let n = 1; n <= this.#replays; n++) {
      const again = m2.slice();
      new DataView(again.buffer).setBigUint64(8, fields.getBigUint64(8) + BigInt(n * REPLAY_us));
      replayer.send(again);
      this.counts.replayed++;
    }
  }
}

interface Told {
  readonly m2: (datagram: Uint8Array) => void;
  readonly confirmed: (isRight: boolean) => void;
}

/** One station: the slot of its number on its channel, so that nobody collides. */
class Member {
  socket!: LoadSocket;
  readonly #crypto: Crypto;
  readonly #channel: number;
  readonly #slot: number;
  readonly #spa: Uint8Array;
  readonly #id: number;
  readonly #root: Uint8Array;
  readonly #reading: Uint8Array;
  readonly #triggers: Triggers;
  readonly #told: Told;
  #modifier: Uint8Array | undefined;
  #pmk = new Uint8Array(0);
  #waits: { readonly heard: Heard; readonly keys: SessionKeys } | undefined;

  constructor(
    crypto: Crypto,
    n: number,
    channel: number,
    slot: number,
    reading_octets: number,
    triggers: Triggers,
    told: Told,
  ) {
    this.#crypto = crypto;
    this.#channel = channel;
    this.#slot = slot;
    this.#spa = spaOf(n);
    this.#id = idOf(crypto, this.#spa);
    this.#root = rootOf(crypto, this.#spa);
    this.#reading = Uint8Array.from({ length: reading_octets }, (_, i) => i);
    this.#triggers = triggers;
    this.#told = told;
  }

  async open(ap: Source, from: { readonly address?: string } = {}): Promise<void> {
    this.socket = await LoadSocket.open(ap, this.#channel, (kind, octets) => this.#take(kind, octets), from);
  }

  async move(ap: Source, address: string): Promise<void> {
    const before = this.socket;
    this.#waits = undefined;
    await this.open(ap, { address });
    before.close();
    this.socket.hello();
  }

  #take(kind: number, octets: Uint8Array): void {
    if (kind !== KIND.down) return;
    if (isTrigger(octets)) this.#triggered(octets);
    else this.#confirmed(octets);
  }

  #triggered(down: Uint8Array): void {
    const heard = this.#triggers.heard(down);
    if (heard === undefined) return;
    const { trigger, binding, ulRate_kbps } = heard;
    const { aa, aNonce, modifier, profile } = trigger;
    if (this.#pmk.length === 0 || !sameModifier(modifier, this.#modifier)) {
      this.#modifier = modifier;
      this.#pmk = new Uint8Array(pmkOf(this.#crypto, this.#root, modifier, { aa, spa: this.#spa }));
    }
    const sNonce = this.#crypto.randomBytes(profile.N);
    const keys = deriveSessionKeys(this.#crypto, this.#pmk, { aa, spa: this.#spa, aNonce, sNonce });
    const plain = { type: "Response", id: this.#id, encrypted: true, generation: 0, profile, sNonce } as const;
    const binds = { a2: this.#spa, m1: binding };
    const frame = emitResponse(seal(this.#crypto, keys, { ...plain, payload: this.#reading }, binds) as Response);
    const t_us = heard.slotStart_us(this.#slot);
    const head = { kind: "up", channel: this.#channel, t_us, ulRate_kbps, power_cdBm: POWER_cdBm } as const;
    const m2 = emitDatagram({ ...head, whole_octets: frame.length, frame });
    this.#waits = { heard, keys };
    this.socket.send(m2);
    this.#told.m2(m2);
  }

  #confirmed(down: Uint8Array): void {
    const waits = this.#waits;
    const m3 = confirmIn(down);
    if (waits === undefined || m3 === undefined) return;
    const { heard, keys } = waits;
    const isRight = open(this.#crypto, keys, m3, { a2: heard.trigger.aa, m1: heard.binding }) !== null;
    this.#told.confirmed(isRight);
    if (!isRight) return;
    this.#waits = undefined;
    this.socket.send(emitDatagram({ kind: "pass", channel: this.#channel, t_us: heard.end_us }));
  }
}

function sameModifier(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && equalOctets(a, b));
}
