/*
 * A session of the RSN station with the RSN AP, from the Beacon to data under a second group key, as the list of what went
 * over the air: each frame with its name, and which of the four phases of clause 5.9.3.1 it belongs to.
 */

import type { RsnAp } from "./ap/rsnap.ts";
import { ETHERTYPE, emitMsdu, parseMsdu } from "./frames/llc.ts";
import type { RsnPeer } from "./peer.ts";
import type { RootDesk } from "./roots.ts";
import { adopts, named, type Rung } from "./rungs.ts";

export interface Session {
  readonly rungs: readonly Rung[];
  /** What the station refused, and the AP, by reason. */
  readonly stationRefused: readonly { readonly name: string; readonly status: number }[];
  readonly apRefused: Readonly<Record<string, number>>;
  readonly isAuthorized: boolean;
  /** Data that arrived: at the AP, at the station. */
  readonly delivered: readonly string[];
}

export interface SessionOptions {
  readonly station: RsnPeer;
  readonly ap: RsnAp;
  readonly aa: Uint8Array;
  readonly spa: Uint8Array;
  /** Called when a frame is on the air and before it arrives, with the count of frames before it. */
  readonly onAir?: (index: number, now_s: number) => void;
  /** Behind the open port the key service is heard first. */
  readonly desk?: RootDesk;
}

/** Longer than all retries of a handshake. */
const PATIENCE_s = 10;

/** Runs it; the station has been booted. Without keys that fit it ends where the AP gives up. */
export function session({ station, ap, aa, spa, onAir, desk }: SessionOptions): Session {
  const rungs: Rung[] = [];
  const stationRefused: { name: string; status: number }[] = [];
  const delivered: string[] = [];
  let now_s = 0;
  let isKeyed = false;
  const put = (rung: Rung): void => {
    rungs.push(rung);
    onAir?.(rungs.length - 1, now_s);
  };
  const rung = (octets: Uint8Array, isUp: boolean): Rung => {
    const made = { ...named(octets, isKeyed), isUp, octets };
    if (made.name === "M4") isKeyed = true;
    put(made);
    return made;
  };
  const down = (frames: readonly Uint8Array[]): void => {
    for (const frame of frames) {
      const { name } = rung(frame, false);
      const { status, frame: reply } = station.receive(frame);
      if (status !== 0) stationRefused.push({ name, status });
      if (name === "Data" && status === 0) delivered.push(textOf(station.received()));
      if (reply) up(reply);
    }
  };
  const up = (frame: Uint8Array): void => {
    rung(frame, true);
    const { frames, msdu } = ap.receive(frame, now_s);
    if (msdu) delivered.push(textOf(msdu.octets));
    down(frames);
  };
  down([ap.beacon(now_s)]);
  const { frame } = station.start();
  if (frame) up(frame);
  while (!ap.isAuthorized(spa) && ap.due_s <= PATIENCE_s) {
    now_s = Math.max(now_s, ap.due_s);
    down(ap.advance(now_s));
  }
  const isAuthorized = ap.isAuthorized(spa);
  if (isAuthorized && desk) stationRefused.push(...adopts({ station, ap, desk, spa, now_s }, put));
  if (isAuthorized) {
    const reading = station.send(msduOf("reading")).frame;
    if (reading) up(reading);
    const answer = ap.send(spa, aa, msduOf("answer"));
    if (typeof answer !== "string") down([answer]);
    down(ap.rekey(now_s));
    const all = ap.broadcast(aa, msduOf("for all"));
    if (typeof all !== "string") down([all]);
  }
  return { rungs, stationRefused, apRefused: ap.refused, isAuthorized, delivered };
}

function msduOf(text: string): Uint8Array {
  return emitMsdu({ etherType: ETHERTYPE.reading, data: new TextEncoder().encode(text) });
}

function textOf(msdu: Uint8Array): string {
  const parsed = parseMsdu(msdu);
  return typeof parsed === "string" ? "" : new TextDecoder().decode(parsed.data);
}
