/*
 * The reader of HDF5 recordings on broken files: a recording that keeps its promises, or an error of one line. The library
 * aborts on some of them, and loops on a few: its thread is given up then, and that is as it should be.
 */
import { readRecording } from "../data/recording.ts";
import { EnergyError } from "../energy/error.ts";
import type { Stream } from "../sim/streams.ts";
import { OctetTarget, type Probe } from "./octettarget.ts";
import { oddity, outcomeOf, tooSlow } from "./readers.ts";
import type { Finding } from "./target.ts";

const MAX_octets = 16_384;
/** What is behind it is changed: without it a file is a text. */
const SIGNATURE_octets = 8;
/** A small file is read in a millisecond; after that long the thread is given up. */
const PATIENCE_ms = 2000;
/** Nothing may take longer, patience and a new thread included. */
const TIME_MAX_ms = 30_000;

/** `files`: small HDF5 files to start from. */
export function hdf5Target(files: readonly Uint8Array[]): OctetTarget {
  return new OctetTarget({
    name: "hdf5",
    seeds: files,
    words: [],
    max: MAX_octets,
    isText: false,
    probe: probeFile,
    change: changedOctets,
  });
}

/** The reading is done by another thread: how long it takes to answer counts. */
async function probeFile(octets: Uint8Array): Promise<Probe> {
  const from_ms = performance.now();
  let told: () => Finding | undefined;
  try {
    const { recording } = await readRecording(octets, { gaps: "zero", patience_ms: PATIENCE_ms });
    told = () => oddity(recording);
  } catch (error) {
    told = () => {
      throw error;
    };
  }
  const took_ms = performance.now() - from_ms;
  return tooSlow(took_ms, TIME_MAX_ms) ?? outcomeOf(told, EnergyError);
}

/** Up to three octets changed where they stand: behind one that is put in or taken out nothing is found any more. */
function changedOctets(octets: Uint8Array, random: Stream): Uint8Array {
  const changed = octets.slice();
  const within = octets.length - SIGNATURE_octets;
  for (let n = 1 + random.whole(3); n > 0 && within > 0; n--) {
    const at = SIGNATURE_octets + random.whole(within);
    changed[at] = random.whole(3) === 0 ? random.whole(256) : changed[at] ^ (1 << random.whole(8));
  }
  return changed;
}
