/* Runs every way once on the metered module and on the emulated core, and prices it on all parts. */
import { createHash } from "node:crypto";
import { builtModule, builtNames } from "../../host/build/build.ts";
import { ONE_EACH } from "../../host/device/weights.ts";
import { canonicalJson } from "../../host/energy/profiles/profile.ts";
import { ampWays } from "../../host/handshake/amp.ts";
import { countedWay } from "../../host/handshake/counted.ts";
import { modelsFor } from "../../host/handshake/models.ts";
import { pmkWays, SCHEMES } from "../../host/handshake/pmk.ts";
import { charges, leastCapacitance_F, priced } from "../../host/handshake/price.ts";
import { rsnWays } from "../../host/handshake/rsn.ts";
import type { Way } from "../../host/handshake/way.ts";
import { BOARDS } from "../../host/mcu/boards.ts";
import { firmware } from "../../host/mcu/firmware.ts";
import { KNOWN_PROFILES, type Profiles, profilesOf } from "../../host/sim/profiles.ts";
import { checkScenario } from "../../host/sim/scenario/read.ts";
import { SEEDS } from "./interval.ts";
import { isMain } from "./main.ts";
import type { HandshakeResult, WayRow } from "./result.ts";
import { randomOf } from "./seeds.ts";

const READING_octets = 16;
const AIR = { dlRate_kbps: 1000, ulRate_kbps: 1000, padding_us: 36 } as const;
/** Of each, between the storage's voltages. */
const CAPACITORS_F = [1e-6, 4.7e-6, 10e-6, 47e-6];
/** Radios that a secure station may have: 3.5.1 refuses backscatter. */
const RADIOS = Object.values(KNOWN_PROFILES.radio).filter(({ kind }) => kind === "active");

export async function measuredHandshakes(onStep: (step: string) => void): Promise<HandshakeResult> {
  const [module, names] = [await builtModule("release"), await builtNames("release")];
  const weights = [...new Set(Object.values(KNOWN_PROFILES.mcu).map((mcu) => mcu.weights))];
  onStep("conversations on the metered module and on a Cortex-M4");
  const core = firmware({ board: BOARDS[0], module, names });
  const materials = { module, names, air: AIR, reading_octets: READING_octets, weights, firmware: core };
  const amp = await ampWays(materials);
  onStep("the baseline's on the same");
  const baseline = await builtModule("rsn");
  const rsn = await rsnWays({
    module: baseline,
    weights: [...weights, ONE_EACH],
    reading_octets: READING_octets,
    firmware: firmware({ board: BOARDS[0], program: "rsn", module: baseline }),
  });
  const ways = allWays(amp, rsn);
  onStep("energy on every microcontroller and radio");
  const { stations, ...rest } = checkScenario({}, "the default parts");
  const parts = (mcu: string, radio: string): Profiles =>
    profilesOf({ ...rest, stations: { ...stations, mcu, radio } });
  const { mcu, nvm, radio, storage } = stations;
  const rows = ways.map((way) => rowOf(way, parts));
  onStep(`random slots and harvest, over ${SEEDS} seeds`);
  const shown = ways.filter((way) => isMain(way) || way.basis !== undefined);
  return {
    hashes: { module: sha256(module), baseline: sha256(baseline), profiles: sha256(canonicalJson(KNOWN_PROFILES)) },
    air: AIR,
    reading_octets: READING_octets,
    parts: { mcu, nvm, radio, storage },
    ways: rows,
    pmk: [...SCHEMES],
    random: await randomOf(shown, { materials, air: AIR, capacitors_F: CAPACITORS_F }),
  };

  function rowOf(way: Way, of: typeof parts): WayRow {
    const own = of(mcu, radio);
    const price = priced(way, own, AIR);
    const { name, family, basis = "run", frames, dl_octets, ul_octets, wasm, m4, costs = [], sources = [] } = way;
    const { e_J, low_J, high_J, byPhase, mover, t_s, airtime_s, earliestSlot } = price;
    return {
      ...{ name, family, basis, frames, dl_octets, ul_octets, airtime_s, wasm, m4, e_J, low_J, high_J },
      byPhase_J: byPhase,
      mover: mover?.number ?? null,
      ...{ t_s, earliestSlot, leastCapacitance_F: leastCapacitance_F(way, own, AIR) },
      charges: CAPACITORS_F.map((capacitance_F) => ({ capacitance_F, charges: charges(price, own, capacitance_F) })),
      onParts: Object.keys(KNOWN_PROFILES.mcu).flatMap((one) =>
        RADIOS.map((other) => {
          const { e_J, low_J, high_J, phases } = priced(way, of(one, other.name), AIR);
          return { mcu: one, radio: other.name, e_J, low_J, high_J, byPhase: isMain(way) ? phases : {} };
        }),
      ),
      costs: [...costs],
      sources: [...sources],
    };
  }
}

/** What is run, what is put together from that, what is counted. `rsn`: counted with ONE_EACH, too. */
export function allWays(amp: readonly Way[], rsn: readonly Way[]): Way[] {
  const eap = rsn.find(({ name }) => name.startsWith("RSN, EAP-PSK with SHA-256"));
  if (!eap) throw new Error("there is no way with EAP-PSK to put others together from");
  const counted = modelsFor(READING_octets).map((model) => countedWay(model, READING_octets));
  return [...amp, ...pmkWays(amp, eap), ...rsn, ...counted];
}

function sha256(octets: Uint8Array | string): string {
  return createHash("sha256").update(octets).digest("hex");
}
