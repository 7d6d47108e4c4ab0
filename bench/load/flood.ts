/*
 * Whoever wishes an AP ill and can send it datagrams: strangers, who are known to nobody, and peers, who have said hello as
 * stations do and have no key. What they send is what the AP has to look at longest before it can tell.
 */
import { nodeCrypto } from "../../host/crypto/node.ts";
import { COOKIE_OCTETS, emitDatagram } from "../../host/daemon/datagram.ts";
import type { Source } from "../../host/daemon/peers.ts";
import { idOf } from "../../host/wire/id.ts";
import { PROFILES } from "../../host/wire/profile.ts";
import { emitResponse } from "../../host/wire/response.ts";
import { spaOf } from "./devices.ts";
import { HELLO_ms, KIND, LoadSocket } from "./socket.ts";
import { type Heard, isTrigger, Triggers } from "./triggers.ts";

/** What is sent: bogus M2s or hellos without a cookie by strangers, bogus M2s in a round or nothing at all by peers. */
export type FloodKind = "strangers" | "hellos" | "bogus" | "silent";

export interface FloodOptions {
  readonly kind: FloodKind;
  /** Strangers send so many datagrams a second, from so many addresses in turn; peers so many frames a round each, or join so often a second. */
  readonly rate: number;
  readonly sources: number;
  /** Frames name the short IDs of the first so many devices in turn. */
  readonly ids: number;
  readonly channels: number;
}

/** How often strangers get to send. */
const BEAT_ms = 1;
/** Behind the M2s of honest stations in their slots, where a frame is heard; from one to the next, us. */
const BEHIND_us = 1_700;
const STEP_us = 450;
const FRAMES = 256;
const POWER_cdBm = -5000;

export class Flood {
  sent = 0;
  readonly #ap: Source;
  readonly #options: FloodOptions;
  readonly #frames: readonly Uint8Array[];
  readonly #sockets: LoadSocket[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(ap: Source, options: FloodOptions) {
    this.#ap = ap;
    this.#options = options;
    this.#frames = Array.from({ length: FRAMES }, (_, n) => bogusM2(n % options.ids));
  }

  async start(): Promise<void> {
    const { kind, sources, channels, rate } = this.#options;
    const isStranger = kind === "strangers" || kind === "hellos";
    const triggers = Array.from({ length: channels }, () => new Triggers());
    for (let n = 0; n < sources; n++) {
      const channel = n % channels;
      const take = (type: number, octets: Uint8Array): void => {
        if (kind === "bogus" && type === KIND.down) this.#round(n, channel, triggers[channel].heard(octets), octets);
      };
      const as = isStranger ? { address: `127.2.${n >> 8}.${(n & 0xff) + 1}`, isStation: false } : {};
      this.#sockets.push(await LoadSocket.open(this.#ap, channel, take, as));
    }
    if (isStranger) {
      this.#strangers(kind, rate);
    } else {
      for (const socket of this.#sockets) socket.hello();
      this.#timer = setInterval(() => this.#greet(), kind === "silent" ? 1000 / rate : HELLO_ms);
    }
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.close();
  }

  #greet(): void {
    for (const socket of this.#sockets) {
      // Anew, so that rounds wait for it once more.
      if (this.#options.kind === "silent") socket.bye();
      socket.hello();
      this.sent++;
    }
  }

  #strangers(kind: FloodKind, rate: number): void {
    const cookie = new Uint8Array(COOKIE_OCTETS);
    const hello = emitDatagram({ kind: "hello", channel: 0, t_us: 0, cookie });
    const datagrams = kind === "hellos" ? [hello] : this.#frames.map((frame) => upOf(frame, 0, 0, 1000));
    const start_ms = performance.now();
    this.#timer = setInterval(() => {
      const wanted = Math.floor(((performance.now() - start_ms) * rate) / 1000);
      // A machine that stood still is no reason for a burst.
      const most = Math.ceil((rate * 20 * BEAT_ms) / 1000);
      for (let n = 0; n < most && this.sent < wanted; n++, this.sent++) {
        this.#sockets[this.sent % this.#sockets.length].send(datagrams[this.sent % datagrams.length]);
      }
    }, BEAT_ms);
  }

  /** A peer's frames of one round: each where nobody else sends. */
  #round(peer: number, channel: number, heard: Heard | undefined, down: Uint8Array): void {
    if (heard === undefined || !isTrigger(down)) return;
    const { rate, channels } = this.#options;
    const { slots } = heard.trigger.info;
    for (let n = 0; n < rate; n++) {
      const place = Math.floor(peer / channels) * rate + n;
      const t_us = heard.slotStart_us(place % slots) + BEHIND_us + STEP_us * Math.floor(place / slots);
      this.#sockets[peer].send(upOf(this.#frames[(this.sent + n) % FRAMES], channel, t_us, heard.ulRate_kbps));
    }
    this.sent += rate;
  }
}

function upOf(frame: Uint8Array, channel: number, t_us: number, ulRate_kbps: number): Uint8Array {
  const whole_octets = frame.length;
  return emitDatagram({ kind: "up", channel, t_us, ulRate_kbps, power_cdBm: POWER_cdBm, whole_octets, frame });
}

/** An M2 of that device's ID whose MIC fits no key. */
function bogusM2(n: number): Uint8Array {
  const [profile] = PROFILES;
  const [sNonce, payload, mic] = [profile.N, 16, profile.M].map((octets) => nodeCrypto.randomBytes(octets));
  const head = { type: "Response", id: idOf(nodeCrypto, spaOf(n)), encrypted: true, generation: 0, profile } as const;
  return emitResponse({ ...head, sNonce, payload, mic });
}
