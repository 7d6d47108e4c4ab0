/**
 * The firmware on an emulated microcontroller as a bridged device. Its NVM is a file of the emulator's while power is on,
 * and the `--nvm` file beyond that: it is brought up to date before anything leaves (nvmfile.ts).
 *
 *     took_s = instructions x 1.25 cycles / clock
 *
 * Assumption: 1.25 cycles an instruction on each of the cores (energy/profiles/weights.ts). Noise and NVM take no time.
 */

import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type M2Kind, m1Of, worstRecord } from "../../device/work.ts";
import { M4_CYCLES } from "../../energy/profiles/weights.ts";
import type { AmpConsole } from "../../mcu/console.ts";
import { Emulated } from "../../mcu/emulated.ts";
import type { Firmware } from "../../mcu/firmware.ts";
import { McuError } from "../../mcu/translate.ts";
import type { Trigger } from "../../wire/trigger.ts";
import type { NvmFile } from "../nvmfile.ts";
import type { BridgedDevice, ReadingKind } from "./device.ts";

export interface EmulatedDeviceOptions {
  readonly firmware: Firmware;
  readonly file: NvmFile;
  readonly entropy: (into: Uint8Array) => boolean;
  readonly reading: ReadingKind;
}

/** An answer of the emulator's that is not there by then will not come, s: a call takes it milliseconds. */
const PATIENCE_s = 5;

export class EmulatedDevice implements BridgedDevice {
  readonly name: string;
  readonly #options: EmulatedDeviceOptions;
  readonly #known = new Map<string, number>();
  #up: { readonly emulated: Emulated; readonly nvm: number } | undefined;

  constructor(options: EmulatedDeviceOptions) {
    this.#options = options;
    this.name = options.firmware.board.name;
  }

  get pid(): number | undefined {
    return this.#up?.emulated.pid;
  }

  async powerUp(): Promise<AmpConsole> {
    this.#down();
    const { file, entropy } = this.#options;
    const { emulated, nvm } = await this.#powered(file.nvm.octets, entropy);
    this.#up = { emulated, nvm };
    emulated.ended.then(() => {
      if (this.#up?.emulated === emulated) this.#down();
    });
    return emulated;
  }

  took_s(): number {
    return this.#up ? this.#seconds(this.#up.emulated) : 0;
  }

  async m2_s({ profile, modifier, dlData }: Trigger): Promise<number> {
    const { octets: reading_octets, encrypt } = this.#options.reading;
    const hasModifier = modifier !== undefined;
    const kind = { profile, hasModifier, dlData_octets: dlData.length, reading_octets, encrypt };
    const key = [profile.number, hasModifier, dlData.length].join();
    const known_s = this.#known.get(key) ?? (await this.#measured(kind));
    this.#known.set(key, known_s);
    return known_s;
  }

  flush(): void {
    this.#read();
    this.#options.file.flush();
  }

  /** The worst M2 of that kind, on the same firmware, by a station that talks to nobody. */
  async #measured(kind: M2Kind): Promise<number> {
    const noise = (into: Uint8Array): boolean => into.set(into.map((_, i) => 7 * i)) === undefined;
    const { emulated, nvm } = await this.#powered(worstRecord(), noise);
    try {
      await emulated.boot();
      await emulated.setPayload(new Uint8Array(kind.reading_octets), kind.encrypt);
      this.#seconds(emulated);
      const { status } = await emulated.receive(m1Of(kind));
      if (status !== 0) throw new McuError(`the firmware answered a well-formed M1 with ${status}, and no M2`);
      return this.#seconds(emulated);
    } finally {
      await emulated.off();
      closeSync(nvm);
    }
  }

  #seconds(emulated: Emulated): number {
    return (emulated.takeInstructions() * M4_CYCLES) / this.#options.firmware.board.clock_Hz;
  }

  /** An emulator over that image, and the NVM that it writes to as an open file that has no name any more. */
  async #powered(image: Uint8Array, entropy: (into: Uint8Array) => boolean) {
    const { firmware } = this.#options;
    const folder = mkdtempSync(join(tmpdir(), `ampcore-board-${process.pid}-`));
    const path = join(folder, "nvm.bin");
    let emulated: Emulated | undefined;
    try {
      writeFileSync(path, image, { mode: 0o600 });
      emulated = new Emulated({ firmware, folder, entropy, patience_s: PATIENCE_s });
      // It answers once it has opened its NVM.
      await emulated.state();
      return { emulated, nvm: openSync(path, "r") };
    } catch (error) {
      await emulated?.off();
      throw error;
    } finally {
      // The files have done with their names: whatever ends this process, nobody finds roots there later.
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** What the NVM was when power failed stays. */
  #down(): void {
    if (!this.#up) return;
    this.#read();
    closeSync(this.#up.nvm);
    this.#up = undefined;
  }

  #read(): void {
    if (this.#up) readSync(this.#up.nvm, this.#options.file.nvm.octets, { position: 0 });
  }
}
