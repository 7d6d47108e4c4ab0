/** Captures of frames that nobody would send. */

import { enhancedPacket, interfaceDescription, type Packet, sectionHeader } from "../../host/capture/pcapng.ts";
import { emitAck } from "../../host/wire/ack.ts";
import { fcsOf } from "../../host/wire/fcs.ts";
import { seeded } from "../energy/random.ts";
import { concat, hex } from "../support/hex.ts";
import { EXAMPLE } from "../wire/vectors.ts";
import { readCapture } from "./read.ts";
import { capturedRun, RUNS } from "./runs.ts";

/** A capture of two channels. */
export function fileOf(packets: readonly Packet[]): Uint8Array {
  const channels = ["0", "1"].map((name) => interfaceDescription(name));
  return concat(sectionHeader("a test", "made by hand"), ...channels, ...packets.map(enhancedPacket));
}

/** Every bit of one frame of each type inverted, with an FCS that fits. */
export function flipped(): Packet[] {
  const { m1, ccm } = EXAMPLE;
  return [m1, ccm.m2, ccm.m3, ccm.dataUlPn2].map(hex).flatMap((frame) =>
    Array.from({ length: 8 * (frame.length - 2) }, (_, bit) => {
      const octets = frame.slice();
      octets[bit >> 3] ^= 1 << (bit & 7);
      repair(octets);
      const direction = frame[0] === 0x19 ? "up" : "down";
      return { channel: 0, time_ns: bit, direction, octets, whole_octets: octets.length, comment: "from a stranger;" };
    }),
  );
}

function repair(octets: Uint8Array): void {
  const fcs = fcsOf(octets, octets.length - 2);
  octets.set([fcs & 0xff, fcs >>> 8], octets.length - 2);
}

/** Frames that are wrong in all ways: some with an FCS that fits, some cut, up and down, of every type and none. */
export function mutated(count: number): Packet[] {
  const random = seeded(7);
  const below = (n: number): number => Math.floor(random() * n);
  const good = Object.values(RUNS).flatMap((scenario) =>
    readCapture(capturedRun(scenario).file).packets.map(({ octets }) => octets),
  );
  const seeds = [...good, ...Array.from({ length: 200 }, (_, id) => emitAck({ type: "Ack", id }))];
  return Array.from({ length: count }, (_, i) => {
    let octets: Uint8Array = seeds[below(seeds.length)].slice();
    for (let n = below(4); n > 0 && octets.length > 0; n--) {
      // Most of what is checked stands in the first octets.
      octets[below(random() < 0.7 ? Math.min(12, octets.length) : octets.length)] ^= 1 << below(8);
    }
    if (random() < 0.3) octets = octets.slice(0, below(octets.length + 1));
    if (random() < 0.1)
      octets = concat(
        octets,
        Uint8Array.from({ length: below(80) }, () => below(256)),
      );
    if (random() < 0.7 && octets.length > 2) {
      repair(octets);
    }
    const whole_octets = octets.length + (random() < 0.2 ? below(64) : 0);
    const direction = random() < 0.5 ? "up" : "down";
    return {
      channel: below(2),
      time_ns: 1000 * i,
      direction,
      octets,
      whole_octets,
      comment: "from a stranger; a test",
    };
  });
}
