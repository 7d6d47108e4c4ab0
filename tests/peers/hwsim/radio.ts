/**
 * Our APs on the air of the guest: MPDUs behind radiotap headers (radiotap.org) in UDP datagrams. What an AP's radio does, this
 * does: Beacons, answers to Probe Requests, and the clock. Acknowledgements are mac80211_hwsim's.
 */

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { steady_s } from "../../../host/radius/udp.node.ts";
import type { RsnAp, RsnOutcome } from "../../../host/rsn/ap/rsnap.ts";
import { HEADER_OCTETS } from "../../../host/rsn/frames/mpdu.ts";
import { concat, equalOctets, readLe16 } from "../../../host/wire/octets.ts";

/** Version, padding, length 8 (LE), and no field present. */
const RADIOTAP = Uint8Array.of(0, 0, 8, 0, 0, 0, 0, 0);
const RADIOTAP_LENGTH = 2;
/** 100 TU. */
const BEACON_INTERVAL_ms = 102.4;
const TICK_ms = 20;
/** IEEE Std 802.11-2020 Table 9-1: the first octet of Frame Control. */
const PROBE_REQUEST = 0x40;

/** An AP of ours and its AA. */
export interface OnAir {
  readonly ap: RsnAp;
  readonly aa: Uint8Array;
}

/** An MSDU that an AP let through. */
type OnMsdu = (at: OnAir, msdu: NonNullable<RsnOutcome["msdu"]>) => void;

export class Radio {
  readonly #socket: Socket;
  readonly #timers: readonly NodeJS.Timeout[];
  #aps: readonly OnAir[] = [];
  #onMsdu: OnMsdu = () => {};
  /** false: that MPDU of the station is lost on its way to our AP. */
  passes: (octets: Uint8Array) => boolean = () => true;
  /** All MPDUs between our APs and the station but for Beacons and probes, in order. */
  readonly air: Uint8Array[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("message", (datagram) => this.#receive(new Uint8Array(datagram)));
    const beacons = (): void => {
      for (const { ap } of this.#aps) this.#put(ap.beacon(steady_s()));
    };
    const tick = (): void => {
      for (const { ap } of this.#aps) if (ap.due_s <= steady_s()) this.send(ap.advance(steady_s()));
    };
    this.#timers = [setInterval(beacons, BEACON_INTERVAL_ms), setInterval(tick, TICK_ms)];
  }

  /** `port`: the guest's. */
  static async open(port: number): Promise<Radio> {
    const socket = createSocket("udp4");
    socket.connect(port, "127.0.0.1");
    await once(socket, "connect");
    return new Radio(socket);
  }

  /** These are on the air from now on, and no others. */
  serve(aps: readonly OnAir[], onMsdu: OnMsdu): void {
    this.#aps = aps;
    this.#onMsdu = onMsdu;
    this.passes = () => true;
    this.air.length = 0;
  }

  send(frames: readonly Uint8Array[]): void {
    for (const frame of frames) {
      this.air.push(frame);
      this.#put(frame);
    }
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#socket.close();
  }

  #put(mpdu: Uint8Array): void {
    this.#socket.send(concat(RADIOTAP, mpdu));
  }

  #receive(datagram: Uint8Array): void {
    if (datagram.length < RADIOTAP.length) return;
    const octets = datagram.slice(readLe16(datagram, RADIOTAP_LENGTH));
    if (octets.length < HEADER_OCTETS) return;
    const [a1, a2] = [octets.slice(4, 10), octets.slice(10, 16)];
    // The monitor shows what it has sent, too.
    if (this.#aps.some(({ aa }) => equalOctets(aa, a2))) return;
    if (octets[0] === PROBE_REQUEST) {
      for (const { ap } of this.#aps) this.#put(ap.beacon(steady_s(), a2));
      return;
    }
    const at = this.#aps.find(({ aa }) => equalOctets(aa, a1));
    if (at === undefined) return;
    this.air.push(octets);
    if (!this.passes(octets)) return;
    const { frames, msdu } = at.ap.receive(octets, steady_s());
    this.send(frames);
    if (msdu) this.#onMsdu(at, msdu);
  }
}
