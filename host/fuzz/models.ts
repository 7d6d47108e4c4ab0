/*
 * The reader of shepherd's YAML: any text gives converters and capacitors that a station can be run on, or one sentence.
 */
import { boosted_W, drawnFor_W } from "../energy/converter.ts";
import { EnergyError } from "../energy/error.ts";
import { converterOf } from "../energy/shepherd/profile.ts";
import { parseSources, type VirtualSource } from "../energy/shepherd/source.ts";
import { parseStorages, type VirtualCapacitor } from "../energy/shepherd/storage.ts";
import { OctetTarget, octetsOfTexts } from "./octettarget.ts";
import { probeOf } from "./readers.ts";
import type { Finding } from "./target.ts";

const TEXT_MAX_octets = 8192;

const SOURCE = `- datatype: VirtualSourceConfig
  parameters:
    name: plain
    enable_boost: false
    harvester:
      name: mppt_opt
    V_input_drop_mV: 300
    R_input_mOhm: 10000
    storage: null
- datatype: VirtualSourceConfig
  parameters:
    name: boost
    inherit_from: plain
    enable_boost: true
    enable_buck: true
    harvester: {name: mppt_bq_solar, setpoint_n: 0.7}
    storage: {name: C, SoC_init: 0.66}
    V_intermediate_enable_output_threshold_mV: 3000
    V_intermediate_disable_output_threshold_mV: 2400
    interval_check_thresholds_ms: 64.0
    immediate_pwr_good_signal: false
    V_input_boost_threshold_mV: 130
    V_intermediate_max_mV: 3600
    V_output_mV: 2200
    V_buck_drop_mV: 200.0
    LUT_output_efficiency: [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9]
    LUT_output_I_min_log2_nA: 10
    LUT_input_V_min_log2_uV: 17
    LUT_input_I_min_log2_nA: 13
`;

const STORAGE = `- datatype: VirtualStorageConfig
  parameters:
    name: C
    SoC_init: 0.8
    q_As: 6.3e-05
    p_VOC: [0.0, 0.0, 0.0, 6.3, 0.0, 0.0]
    p_Rs: [0, 0, 3, 0, 0, 0]
    p_RtS: [0, 0, 0]
    p_rce: 1.0
    kdash: 2.2250738585072014e-308
    R_leak_Ohm: 9780000.0
`;

const WORDS = [
  ...["name:", "inherit_from: boost", "inherit_from: plain", "storage: null", "harvester: {name: cv20}", "datatype:"],
  ...["-1", "0", "1e999", ".inf", ".nan", "null", "true", "[", "]", "{", "}", "&a ", "*a", "<<: *a", "__proto__:"],
  ...["\n", "    ", "  ", "- ", "|", "? ", "'", "#", "VirtualStorageConfig", "p_VOC: [1, 0, 0, 0, 0, 0]"],
];

/** Text -> sources and capacitors. */
export function modelsTarget(): OctetTarget {
  const read = (text: string): Finding | undefined => {
    const isStorage = text.includes("VirtualStorageConfig") && !text.includes("VirtualSourceConfig");
    const findings = isStorage ? parseStorages(text).map(oddCapacitor) : parseSources(text).map(oddSource);
    return findings.find((finding) => finding !== undefined);
  };
  const probe = probeOf(read, EnergyError);
  return new OctetTarget({
    name: "models",
    seeds: octetsOfTexts([SOURCE, STORAGE, SOURCE + STORAGE]),
    words: octetsOfTexts(WORDS),
    max: TEXT_MAX_octets,
    isText: true,
    probe(octets) {
      const { kind, finding } = probe(octets);
      return { kind: withoutNames(kind), finding };
    },
  });
}

/** Kinds are told apart by the sentence, not by the entry's name before it, nor by what else the text had in it. */
function withoutNames(kind: string): string {
  const [yaml] = /no YAML|^the YAML/.exec(kind) ?? [];
  const sentence = yaml ?? kind.replace(/^.*: (?=\S)/s, "");
  return /^[\w, ]{1,40}$/.test(sentence) ? sentence : "other";
}

function wrong(what: string): Finding {
  return { rule: "value", message: `it read ${what}` };
}

function oddCapacitor({
  name,
  capacitance_F,
  leak_Ohm,
  series_Ohm,
  rated_V,
  initial_V,
}: VirtualCapacitor): Finding | undefined {
  if (!(capacitance_F > 0 && Number.isFinite(capacitance_F))) return wrong(`${name} with ${capacitance_F} F`);
  if (!(leak_Ohm > 0 && series_Ohm >= 0)) return wrong(`${name} with ${leak_Ohm} and ${series_Ohm} Ohm`);
  return initial_V >= 0 && initial_V <= rated_V ? undefined : wrong(`${name} with ${initial_V} V of ${rated_V} V`);
}

/** Voltages and currents at which a converter is asked. */
const ASKED = [0, 1e-9, 0.1, 0.5, 3, 20];

/** A source of which no station can be made is refused in its own sentence, and that is thrown on. */
function oddSource(source: VirtualSource): Finding | undefined {
  const converter = converterOf(source, "models.yaml");
  for (const v_V of ASKED) {
    for (const i_A of ASKED) {
      const given_W = v_V * i_A;
      const stored_W = converter.boost === null ? 0 : boosted_W(converter, v_V, i_A);
      if (!(stored_W >= 0 && stored_W <= given_W)) return wrong(`a converter that makes ${stored_W} W of ${given_W} W`);
      const drawn_W = drawnFor_W(converter, given_W);
      if (!(drawn_W >= given_W && Number.isFinite(drawn_W)))
        return wrong(`a converter that draws ${drawn_W} W for ${given_W} W`);
    }
  }
  const { vOff_V, vOn_V, vMax_V } = converter;
  const isOrdered = 0 < vOff_V.value && vOff_V.value < vOn_V.value && vOn_V.value <= vMax_V.value;
  return isOrdered ? undefined : wrong(`thresholds ${vOff_V.value}, ${vOn_V.value} and ${vMax_V.value} V`);
}
