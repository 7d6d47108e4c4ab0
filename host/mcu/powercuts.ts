/*
 * Power cuts on the emulated core: the emulator ends at a chosen guest instruction of a call, NVM stays as it is in its
 * file, and a new power cycle begins over it. The noise is dead, the same in every life, so that only the boot counter
 * keeps SNonces apart.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeRecord } from "../keys/record.ts";
import { FC } from "../wire/fc.ts";
import { MAC } from "../wire/mac.ts";
import { toHex } from "../wire/octets.ts";
import { PROFILES } from "../wire/profile.ts";
import { fitting, type Topic, type Turn } from "./conversation.ts";
import { Emulated, PowerCut } from "./emulated.ts";
import { type Firmware, MARKS } from "./firmware.ts";
import { Scene } from "./scene.ts";

export interface Cuts {
  /** Instructions of the call that was cut, imports included. */
  readonly instructions: number;
  readonly cuts: number;
  /** Lives that died in the call, and conversations behind them that came to their end. */
  readonly died: number;
  readonly recovered: number;
  /** M2s that got out in all lives, and SNonces among them that came twice. */
  readonly m2s: number;
  readonly repeated: number;
  /** Conversations after which the station's newest root is not the key service's. */
  readonly apart: number;
  /** Different NVM images that deaths left. */
  readonly images: number;
}

/** Calls of a conversation from 1 on: boot, setPayload, M1, M3. */
export const CALLS = { boot: 1, m1: 3, m3: 4 } as const;

const UPDATE: Topic = fitting({
  profile: PROFILES[0],
  encrypt: true,
  keying: "cold",
  reading_octets: 16,
  trigger_octets: 0,
  confirm_octets: 0,
  update: true,
  data: false,
});

/** The key service goes on with the update that it has begun: it need not be asked again. */
const UPDATE_GOES_ON: Topic = { ...UPDATE, update: false };

/** Cuts the call at `cuts` instants, evenly from its first instruction to its last. */
export async function powerCuts(
  { firmware, module }: { readonly firmware: Firmware; readonly module: Uint8Array },
  call: keyof typeof CALLS,
  cuts: number,
  onCut: (done: number) => void = () => {},
): Promise<Cuts> {
  const folder = mkdtempSync(join(tmpdir(), "ampcore-cuts-"));
  const nvm = join(folder, "nvm.bin");
  const entropy = (into: Uint8Array): boolean => {
    for (let i = 0; i < into.length; i++) into[i] = 7 * i;
    return true;
  };
  const powered = (cut?: number): Emulated =>
    new Emulated({
      firmware,
      folder,
      entropy,
      cut: cut === undefined ? undefined : { instructions: cut, call: CALLS[call] },
    });
  const scene = new Scene(module, UPDATE, 1);
  const images = new Set<string>();
  let [died, m2s, repeated, apart] = [0, 0, 0, 0];
  try {
    const instructions = await lengthOf(call, powered(), scene, nvm);
    for (let n = 0; n < cuts; n++) {
      const { end, image } = await scene.begin();
      writeFileSync(nvm, image);
      const turns: Turn[] = [];
      const station = powered(1 + Math.floor((n * instructions) / cuts));
      try {
        await end.converse(station, UPDATE, turns);
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error;
        died++;
      }
      await station.off();
      images.add(readFileSync(nvm, "latin1"));
      // Two more lives: what the first leaves of the update the second brings to its end.
      for (let life = 0; life < 2; life++) {
        const again = powered();
        await end.converse(again, UPDATE_GOES_ON, turns);
        await again.off();
      }
      const sNonces = sNoncesOf(turns);
      m2s += sNonces.length;
      repeated += sNonces.length - new Set(sNonces).size;
      const newest = decodeRecord(new Uint8Array(readFileSync(nvm))).slots.find((slot) => slot.newest);
      if (newest?.generation !== end.generation || end.generation !== 1) apart++;
      onCut(n + 1);
    }
    return { instructions, cuts, died, recovered: cuts, m2s, repeated, apart, images: images.size };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Instructions of that call when nothing is cut. */
async function lengthOf(call: keyof typeof CALLS, station: Emulated, scene: Scene, nvm: string): Promise<number> {
  const { end, image } = await scene.begin();
  writeFileSync(nvm, image);
  await end.converse(station, UPDATE);
  const [CALL, RETURN] = MARKS.keys();
  const marks = station.marks();
  await station.off();
  const of = (mark: number): number => marks.filter((one) => one.mark === mark)[CALLS[call] - 1].count;
  return of(RETURN) - of(CALL);
}

/** Of the M2s that got out. */
function sNoncesOf(turns: readonly Turn[]): string[] {
  const { N } = UPDATE.profile;
  return turns.flatMap(({ frame, answer }) => {
    const isM2 = frame?.[0] === FC.Trigger && answer instanceof Uint8Array;
    return isM2 ? [toHex(answer.subarray(MAC.body, MAC.body + N))] : [];
  });
}
