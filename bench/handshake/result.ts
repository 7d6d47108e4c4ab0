/*
 * What bench/handshake finds, as it is committed: SI units, stated in each name. `low` and `high` are the energy with every
 * number behind it at the low and at the high end of its band (docs/SIMULATOR.md).
 */
import type { Figures } from "../../host/bench/bench.ts";

export interface HandshakeResult {
  /** SHA-256, hexadecimal. */
  readonly hashes: { readonly module: string; readonly baseline: string; readonly profiles: string };
  readonly air: { readonly dlRate_kbps: number; readonly ulRate_kbps: number; readonly padding_us: number };
  readonly reading_octets: number;
  /** Parts that `e_J` of a way is for. */
  readonly parts: { readonly mcu: string; readonly nvm: string; readonly radio: string; readonly storage: string };
  readonly ways: readonly WayRow[];
}

export interface WayRow {
  readonly name: string;
  readonly family: string;
  readonly frames: number;
  readonly dl_octets: number;
  readonly ul_octets: number;
  readonly airtime_s: number;
  /** Instructions, exact. */
  readonly wasm: number;
  readonly m4: number | null;
  readonly e_J: number;
  readonly low_J: number;
  readonly high_J: number;
  readonly byPhase_J: Readonly<Record<string, number>>;
  /** The number that moves e_J most, by its place in the profiles. */
  readonly mover: string | null;
  /** From power-on to the last step, without the wait for a slot. */
  readonly t_s: number;
  /** null: the way has no slots. */
  readonly earliestSlot: number | null;
  /** Between the storage's voltages, found by trying. */
  readonly leastCapacitance_F: number;
  /** Charges that it takes of a capacitor of so many farads between the same voltages. */
  readonly charges: readonly { readonly capacitance_F: number; readonly charges: number }[];
  /** On every microcontroller and radio, with that NVM. */
  readonly onParts: readonly {
    readonly mcu: string;
    readonly radio: string;
    readonly e_J: number;
    readonly low_J: number;
    readonly high_J: number;
  }[];
}

/** Less is better, of every one; exact counts only. */
export function handshakeFigures({ ways }: HandshakeResult): Figures {
  return Object.fromEntries(
    ways.flatMap(({ name, wasm, m4, dl_octets, ul_octets }) => [
      [`${name}: octets`, dl_octets + ul_octets],
      [`${name}: wasm instructions`, wasm],
      ...(m4 === null ? [] : [[`${name}: Cortex-M4 instructions`, m4]]),
    ]),
  );
}
