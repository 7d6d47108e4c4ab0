/*
 * What draws power, and which numbers of the profiles say how much. A load is a constant power while it lasts:
 *
 *     E = sum over its parts of P_part dt
 *
 * Assumption: constant power at the profiles' nominal voltage, as a regulator makes it, down to V_off. Behind a buck
 * converter the storage gives more than the load takes, by the efficiency at the load's own current.
 */
import { drawnFor_W } from "../energy/converter.ts";
import type { ConverterProfile } from "../energy/profiles/converter.ts";
import type { Quantity } from "../energy/quantity.ts";
import type { Profiles } from "./profiles.ts";

/** Where a joule comes from: the numbers of the profiles behind it, by their names. */
export const SOURCES = {
  boot: ["mcu.boot_J"],
  cpu: ["mcu.cycle_J", "mcu.weights"],
  sleep: ["mcu.sleep_W"],
  entropyStart: ["mcu.entropy_W", "mcu.entropyStart_s"],
  entropy: ["mcu.entropy_W", "mcu.entropyOctet_s"],
  nvmRead: ["nvm.readOctet_J"],
  nvmWrite: ["nvm.writeOctet_J"],
  idle: ["radio.idle_W"],
  listen: ["radio.listen_W"],
  rx: ["radio.rx_W"],
  tx: ["radio.tx_W"],
} as const satisfies Record<string, readonly string[]>;

export type Source = keyof typeof SOURCES;
export const SOURCE_NAMES = Object.keys(SOURCES) as readonly Source[];

export interface Load {
  readonly power_W: number;
  /** `column`: the source's place in SOURCE_NAMES. */
  readonly parts: readonly { readonly source: Source; readonly column: number; readonly power_W: number }[];
}

/** A station's loads. While the radio works the MCU sleeps, while the MCU works the radio is idle. */
export type Loads = Readonly<
  Record<"boot" | "cpu" | "entropyStart" | "entropy" | "nvmRead" | "nvmWrite" | "listen" | "rx" | "tx" | "sleep", Load>
>;

export function loadsOf({ mcu, nvm, radio, converter }: Profiles): Loads {
  const idle = { source: "idle", power_W: radio.idle_W.value } as const;
  const sleep = { source: "sleep", power_W: mcu.sleep_W.value } as const;
  const perTime = (energy: Quantity, time: Quantity): number => energy.value / time.value;
  const load = (...parts: readonly Named[]): Load => loadOf(converter ? drawnThrough(converter, parts) : parts);
  return {
    boot: load({ source: "boot", power_W: perTime(mcu.boot_J, mcu.boot_s) }, idle),
    cpu: load({ source: "cpu", power_W: mcu.cycle_J.value * mcu.clock_Hz.value }, idle),
    entropyStart: load({ source: "entropyStart", power_W: mcu.entropy_W.value }, idle),
    entropy: load({ source: "entropy", power_W: mcu.entropy_W.value }, idle),
    nvmRead: load({ source: "nvmRead", power_W: perTime(nvm.readOctet_J, nvm.readOctet_s) }, idle),
    nvmWrite: load({ source: "nvmWrite", power_W: perTime(nvm.writeOctet_J, nvm.writeOctet_s) }, idle),
    listen: load({ source: "listen", power_W: radio.listen_W.value }, sleep),
    rx: load({ source: "rx", power_W: radio.rx_W.value }, sleep),
    tx: load({ source: "tx", power_W: radio.tx_W.value }, sleep),
    sleep: load(idle, sleep),
  };
}

type Named = Omit<Load["parts"][number], "column">;

/** The parts as the storage sees them: all by the factor of their sum. */
function drawnThrough(converter: ConverterProfile, parts: readonly Named[]): readonly Named[] {
  const sum_W = parts.reduce((sum, { power_W }) => sum + power_W, 0);
  if (sum_W === 0) return parts;
  const factor = drawnFor_W(converter, sum_W) / sum_W;
  return parts.map((part) => ({ ...part, power_W: part.power_W * factor }));
}

function loadOf(parts: readonly Named[]): Load {
  return {
    power_W: parts.reduce((sum, { power_W }) => sum + power_W, 0),
    parts: parts.map((part) => ({ ...part, column: SOURCE_NAMES.indexOf(part.source) })),
  };
}
