/* The state of a module's instance before a call, and what of it the call has changed. */
import type { Layout } from "./layout.ts";

/** Offsets of the root slots in the record (PROTOCOL.md 7). */
const SLOTS: readonly number[] = [32, 104];

/** A part of memory as it is, and as it was: views. */
interface Part {
  readonly name: string;
  readonly is: Uint8Array;
  readonly was: Uint8Array;
}

export class Snapshot {
  readonly #memory: Uint8Array;
  readonly #before: Uint8Array;
  readonly #globals: readonly { readonly value: number | bigint }[];
  readonly #values: (number | bigint)[];
  readonly #layout: Layout;
  /** All that no refused call changes, and the noise apart. */
  readonly #kept: readonly Part[];
  readonly #noise: Part;

  /** `memory`: the octets below __heap_base. */
  constructor(memory: Uint8Array, globals: readonly { readonly value: number | bigint }[], layout: Layout) {
    this.#memory = memory;
    this.#before = memory.slice();
    this.#globals = globals;
    this.#values = globals.map(({ value }) => value);
    this.#layout = layout;
    const { scratch, entropy, rx } = layout;
    this.#kept = [
      this.#part("below scratch memory", 0, scratch.from),
      this.#part("between scratch memory and the noise", scratch.end, entropy.from),
      this.#part("between the noise and the rx buffer", entropy.end, rx.from),
      this.#part("behind the rx buffer", rx.end, memory.length),
    ];
    this.#noise = this.#part("the noise of this power cycle", entropy.from, entropy.end);
  }

  take(): void {
    this.#before.set(this.#memory);
    for (let i = 0; i < this.#values.length; i++) this.#values[i] = this.#globals[i].value;
  }

  /** Where a refused call has left a trace; undefined: nowhere. `mayBeginAnew`: noise and newest slot may be looked at again. */
  difference(mayBeginAnew: boolean): string | undefined {
    for (const part of this.#kept) if (hasChanged(part)) return whereIn(part);
    return !mayBeginAnew && hasChanged(this.#noise) ? whereIn(this.#noise) : this.#changedGlobal(mayBeginAnew);
  }

  /**
   * One may move: the cursor of the message that was last hashed, which is set before it is read. And who looks at the
   * record anew may find the newest slot.
   */
  #changedGlobal(mayBeginAnew: boolean): string | undefined {
    let moved = 0;
    for (let i = 0; i < this.#values.length; i++) {
      const { value } = this.#globals[i];
      if (value === this.#values[i]) continue;
      const isCursor = this.#isInScratch(value) && (this.#values[i] === 0 || this.#isInScratch(this.#values[i]));
      const isSlot = mayBeginAnew && this.#values[i] === 0 && SLOTS.includes(Number(value));
      if (isSlot) continue;
      if (!isCursor || moved++ > 0) return `a global went from ${this.#values[i]} to ${value}`;
    }
    return undefined;
  }

  #isInScratch(value: number | bigint): boolean {
    const { from, end } = this.#layout.scratch;
    return Number(value) >= from && Number(value) <= end;
  }

  #part(name: string, from: number, end: number): Part {
    return {
      name: `${name}, from ${from} on`,
      is: this.#memory.subarray(from, end),
      was: this.#before.subarray(from, end),
    };
  }
}

function hasChanged({ is, was }: Part): boolean {
  return Buffer.compare(is, was) !== 0;
}

function whereIn({ name, is, was }: Part): string {
  const at = is.findIndex((octet, i) => octet !== was[i]);
  return `octet ${at} of the memory ${name}: ${was[at]} became ${is[at]}`;
}
