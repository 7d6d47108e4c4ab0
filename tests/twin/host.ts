/** What a twin station stands on: the three imports of the device, and one host in memory that can be made to fail. */
import { concat, equal, hex } from "./bytes.ts";

/** The imports of the ABI as a host implements them; null and false mean that the import failed. */
export interface TwinHost {
  entropy(length: number): Uint8Array | null;
  nvmRead(offset: number, length: number): Uint8Array | null;
  nvmWrite(offset: number, octets: Uint8Array): boolean;
}

/** Thrown out of nvmWrite, through the station: the supply is gone and the station object with it. */
export class PowerLost extends Error {}

/** One nvmWrite, as the station asked for it. */
interface NvmWrite {
  readonly offset: number;
  readonly octets: Uint8Array;
}

/** `length` octets of NVM from `offset`. */
export interface NvmRange {
  readonly offset: number;
  readonly length: number;
}

/** Cuts the power after `after_octets` more octets; the octet in flight becomes `inFlight(old, new)`. */
export interface PowerCut {
  after_octets: number;
  readonly inFlight: (before: number, after: number) => number;
}

const overlaps = (range: NvmRange | null, offset: number, length: number): boolean =>
  range !== null && offset < range.offset + range.length && range.offset < offset + length;

/** NVM in RAM, entropy from a list. Every fault is named by the NVM octets it touches, not by a count of calls. */
export class MemoryHost implements TwinHost {
  nvm: Uint8Array;
  /** Answers of the entropy import in order; null, or none left, makes it fail. */
  entropies: (Uint8Array | null)[];
  /** Every nvmWrite since the last clear, failed ones too. */
  writes: NvmWrite[] = [];
  written_octets = 0;
  /** A read that touches this range fails. */
  unreadable: NvmRange | null = null;
  /** A write that touches this range fails and changes nothing. */
  unwritable: NvmRange | null = null;
  powerCut: PowerCut | null = null;

  constructor(nvm: Uint8Array, entropies: (Uint8Array | null)[] = []) {
    this.nvm = nvm.slice();
    this.entropies = [...entropies];
  }

  entropy(length: number): Uint8Array | null {
    const octets = this.entropies.shift() ?? null;
    if (octets !== null && octets.length !== length) throw new RangeError(`entropy(${length}) asked`);
    return octets;
  }

  nvmRead(offset: number, length: number): Uint8Array | null {
    this.#inside(offset, length);
    return overlaps(this.unreadable, offset, length) ? null : this.nvm.slice(offset, offset + length);
  }

  nvmWrite(offset: number, octets: Uint8Array): boolean {
    this.#inside(offset, octets.length);
    this.writes.push({ offset, octets: octets.slice() });
    if (overlaps(this.unwritable, offset, octets.length)) return false;
    for (const [i, octet] of octets.entries()) {
      if (this.powerCut !== null && this.powerCut.after_octets-- === 0) {
        this.nvm[offset + i] = this.powerCut.inFlight(this.nvm[offset + i], octet);
        throw new PowerLost();
      }
      this.nvm[offset + i] = octet;
      this.written_octets++;
    }
    return true;
  }

  #inside(offset: number, length: number): void {
    if (offset < 0 || length < 1 || offset + length > this.nvm.length) {
      throw new RangeError(`NVM access outside the record: ${length} octets at ${offset}`);
    }
  }
}

/** What changed between two images, as one line; empty when nothing did. For messages of failed tests. */
export function nvmDifference(before: Uint8Array, after: Uint8Array): string {
  if (equal(before, after)) return "";
  const at = before.findIndex((octet, i) => octet !== after[i]);
  return `first difference at ${at}: ${hex(concat(before[at]))} -> ${hex(concat(after[at]))}`;
}
