/**
 * One UDP datagram between an AP's daemon and a station elsewhere (docs/DAEMON.md): an AMP frame with its time on the air,
 * or a word about time and presence. Numbers are big-endian, as IP's own are.
 *
 *     0          4           5         6              8            16
 *     "AMPU"(4)  version(1)  kind(1)   channel(2)     t_us(8)      by kind
 *
 *     hello, bye, welcome    cookie(8)
 *     down                   DL rate, kb/s(2)  padding, us(2)                        length(1)  frame
 *     up                     UL rate, kb/s(2)  power, 0.01 dBm(2, signed)  whole(1)  length(1)  frame
 *     pass, over             nothing
 *
 * Octets in, octets out: a datagram that is none is refused with its reason, never thrown.
 */

import { DL_RATES_kbps } from "../channel/airtime.ts";
import { checkNumber, checkOctets } from "../wire/octets.ts";
import { UL_RATES_kbps } from "../wire/triggerinfo.ts";

export const DATAGRAM_HEAD_OCTETS = 16;
export const COOKIE_OCTETS = 8;
/** The longest frame (PROTOCOL.md section 2). */
const FRAME_MAX = 71;

const MAGIC = [0x41, 0x4d, 0x50, 0x55] as const;
const VERSION = 1;
const AT = { version: 4, kind: 5, channel: 6, t_us: 8, body: DATAGRAM_HEAD_OCTETS } as const;
const DOWN = { rate: 16, padding: 18, length: 20, frame: 21 } as const;
const UP = { rate: 16, power: 18, whole: 20, length: 21, frame: 22 } as const;

/** The longest of all datagrams: whoever receives more has received none. */
export const DATAGRAM_MAX_OCTETS = UP.frame + FRAME_MAX;

const KINDS = { hello: 1, bye: 2, welcome: 3, down: 4, up: 5, pass: 6, over: 7 } as const;
export type DatagramKind = keyof typeof KINDS;
const NAMES = new Map<number, DatagramKind>(Object.entries(KINDS).map(([name, n]) => [n, name as DatagramKind]));

interface Head {
  /** 0..65,535. */
  readonly channel: number;
  /** Microseconds on the AP's clock, a whole number of 0 to 2^53 - 1. */
  readonly t_us: number;
}

/** A station is there, goes, or is told what to say it with. */
export interface PresenceDatagram extends Head {
  readonly kind: "hello" | "bye" | "welcome";
  /** 8 octets. */
  readonly cookie: Uint8Array;
}

/** A frame of the AP's; it begins at t_us. */
export interface DownDatagram extends Head {
  readonly kind: "down";
  readonly dlRate_kbps: number;
  readonly padding_us: number;
  readonly frame: Uint8Array;
}

/** A frame of a station's; it begins at t_us. */
export interface UpDatagram extends Head {
  readonly kind: "up";
  readonly ulRate_kbps: number;
  /** At the AP, hundredths of a dBm. */
  readonly power_cdBm: number;
  /** Octets that the frame was to have. */
  readonly whole_octets: number;
  /** Those that were sent: fewer if power failed in it, none if it did so before the first was complete. */
  readonly frame: Uint8Array;
}

/** pass: the station sends nothing more before t_us. over: the AP sends nothing more before t_us. */
export interface TimeDatagram extends Head {
  readonly kind: "pass" | "over";
}

export type Datagram = PresenceDatagram | DownDatagram | UpDatagram | TimeDatagram;

/** Why octets are no datagram. */
export const DATAGRAM_REASONS = ["no magic", "other version", "unknown kind", "bad length", "bad field"] as const;
export type DatagramReason = (typeof DATAGRAM_REASONS)[number];

/** Any octets; what it hands out are copies. */
export function readDatagram(octets: Uint8Array): Datagram | DatagramReason {
  if (octets.length < DATAGRAM_HEAD_OCTETS || octets.length > DATAGRAM_MAX_OCTETS) return "bad length";
  if (MAGIC.some((octet, i) => octets[i] !== octet)) return "no magic";
  if (octets[AT.version] !== VERSION) return "other version";
  const kind = NAMES.get(octets[AT.kind]);
  if (kind === undefined) return "unknown kind";
  const fields = new DataView(octets.buffer, octets.byteOffset, octets.length);
  const t_us = Number(fields.getBigUint64(AT.t_us));
  if (!Number.isSafeInteger(t_us)) return "bad field";
  const head = { channel: fields.getUint16(AT.channel), t_us };
  switch (kind) {
    case "hello":
    case "bye":
    case "welcome":
      if (octets.length !== AT.body + COOKIE_OCTETS) return "bad length";
      return { kind, ...head, cookie: octets.slice(AT.body) };
    case "down":
      return readDown(octets, fields, head);
    case "up":
      return readUp(octets, fields, head);
    default:
      return octets.length === AT.body ? { kind, ...head } : "bad length";
  }
}

function readDown(octets: Uint8Array, fields: DataView, head: Head): DownDatagram | DatagramReason {
  if (octets.length < DOWN.frame || octets.length !== DOWN.frame + octets[DOWN.length]) return "bad length";
  if (octets[DOWN.length] === 0 || octets[DOWN.length] > FRAME_MAX) return "bad length";
  const dlRate_kbps = fields.getUint16(DOWN.rate);
  if (!DL_RATES_kbps.includes(dlRate_kbps)) return "bad field";
  const padding_us = fields.getUint16(DOWN.padding);
  return { kind: "down", ...head, dlRate_kbps, padding_us, frame: octets.slice(DOWN.frame) };
}

function readUp(octets: Uint8Array, fields: DataView, head: Head): UpDatagram | DatagramReason {
  if (octets.length < UP.frame || octets.length !== UP.frame + octets[UP.length]) return "bad length";
  const whole_octets = octets[UP.whole];
  if (whole_octets === 0 || whole_octets > FRAME_MAX || octets[UP.length] > whole_octets) return "bad length";
  const ulRate_kbps = fields.getUint16(UP.rate);
  if (!UL_RATES_kbps.includes(ulRate_kbps)) return "bad field";
  const power_cdBm = fields.getInt16(UP.power);
  return { kind: "up", ...head, ulRate_kbps, power_cdBm, whole_octets, frame: octets.slice(UP.frame) };
}

/** @throws RangeError naming the field that does not fit. */
export function emitDatagram(datagram: Datagram): Uint8Array {
  const { kind, channel, t_us } = datagram;
  checkNumber("channel", channel, 0, 0xffff);
  checkNumber("t_us", t_us, 0, Number.MAX_SAFE_INTEGER);
  const octets = new Uint8Array(AT.body + bodyOctets(datagram));
  const fields = new DataView(octets.buffer);
  octets.set(MAGIC);
  octets[AT.version] = VERSION;
  octets[AT.kind] = KINDS[kind];
  fields.setUint16(AT.channel, channel);
  fields.setBigUint64(AT.t_us, BigInt(t_us));
  if ("cookie" in datagram) {
    checkOctets("cookie", datagram.cookie, COOKIE_OCTETS);
    octets.set(datagram.cookie, AT.body);
  } else if (datagram.kind === "down") {
    putDown(octets, fields, datagram);
  } else if (datagram.kind === "up") {
    putUp(octets, fields, datagram);
  }
  return octets;
}

function bodyOctets(datagram: Datagram): number {
  if ("cookie" in datagram) return COOKIE_OCTETS;
  if (datagram.kind === "down") return DOWN.frame - AT.body + datagram.frame.length;
  return datagram.kind === "up" ? UP.frame - AT.body + datagram.frame.length : 0;
}

function putDown(octets: Uint8Array, fields: DataView, { dlRate_kbps, padding_us, frame }: DownDatagram): void {
  checkRate("dlRate_kbps", dlRate_kbps, DL_RATES_kbps);
  checkNumber("padding_us", padding_us, 0, 0xffff);
  checkOctets("frame", frame, 1, FRAME_MAX);
  fields.setUint16(DOWN.rate, dlRate_kbps);
  fields.setUint16(DOWN.padding, padding_us);
  octets[DOWN.length] = frame.length;
  octets.set(frame, DOWN.frame);
}

function putUp(octets: Uint8Array, fields: DataView, datagram: UpDatagram): void {
  const { ulRate_kbps, power_cdBm, whole_octets, frame } = datagram;
  checkRate("ulRate_kbps", ulRate_kbps, UL_RATES_kbps);
  checkNumber("power_cdBm", power_cdBm, -0x8000, 0x7fff);
  checkNumber("whole_octets", whole_octets, 1, FRAME_MAX);
  checkOctets("frame", frame, 0, whole_octets);
  fields.setUint16(UP.rate, ulRate_kbps);
  fields.setInt16(UP.power, power_cdBm);
  octets[UP.whole] = whole_octets;
  octets[UP.length] = frame.length;
  octets.set(frame, UP.frame);
}

function checkRate(name: string, rate_kbps: number, rates: readonly number[]): void {
  if (!rates.includes(rate_kbps)) throw new RangeError(`${name}: ${rate_kbps} is none of ${rates.join(", ")}`);
}
