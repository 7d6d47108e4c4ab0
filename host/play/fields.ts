/*
 * The fields of the form: which key of the scenario each is, what it is called, and its unit. Whether a value will do is
 * for the scenario's own schema to say.
 */

export interface Field {
  /** Key of the scenario. */
  readonly path: string;
  readonly label: string;
  /** As it stands behind the value; undefined: it has none. */
  readonly unit?: string;
  /** The form's number times ten to this is the scenario's. */
  readonly shift?: number;
  /** A name out of a list, yes or no, two numbers, any text; else a number. */
  readonly kind?: "choice" | "yes" | "pair" | "text";
  /** May be left empty: the part's own number goes then. */
  readonly isOptional?: boolean;
  /** Shown only while another field has that value. */
  readonly when?: readonly [path: string, value: string];
}

export interface Group {
  readonly id: string;
  readonly title: string;
  /** Open from the beginning. */
  readonly isOpen?: boolean;
  readonly fields: readonly Field[];
}

const source = (name: string) => ["harvest.source", name] as const;
const percentless = "0 to 1";

export const GROUPS: readonly Group[] = [
  {
    id: "station",
    title: "Station",
    isOpen: true,
    fields: [
      { path: "stations.storage", label: "Storage", kind: "choice" },
      { path: "override.storage.capacitance_F", label: "Capacitance", unit: "µF", shift: -6, isOptional: true },
      { path: "override.storage.vOn_V", label: "V_on", unit: "V", isOptional: true },
      { path: "override.storage.vOff_V", label: "V_off", unit: "V", isOptional: true },
      { path: "stations.vStart_V", label: "Voltage at the start", unit: "V" },
      { path: "stations.mcu", label: "MCU", kind: "choice" },
      { path: "stations.nvm", label: "NVM", kind: "choice" },
      { path: "stations.radio", label: "Radio", kind: "choice" },
      { path: "stations.module", label: "Module", kind: "choice" },
      { path: "stations.reading_octets", label: "Reading", unit: "octets" },
      { path: "stations.encrypt", label: "Encrypted", kind: "yes" },
      { path: "stations.ram", label: "RAM at power-up", kind: "choice" },
      { path: "stations.data_frames", label: "Data frames after M3" },
      { path: "stations.wait_max_s", label: "Longest wait for slots", unit: "s" },
      { path: "what_if", label: "Let a backscatter radio in", kind: "yes" },
    ],
  },
  {
    id: "fleet",
    title: "Stations and distance",
    isOpen: true,
    fields: [
      { path: "stations.count", label: "Stations" },
      { path: "stations.distance_m", label: "Nearest, farthest", unit: "m", kind: "pair" },
    ],
  },
  {
    id: "harvest",
    title: "Harvest",
    isOpen: true,
    fields: [
      { path: "harvest.source", label: "Source", kind: "choice" },
      { path: "harvest.energizer.distance_m", label: "From the energizer", unit: "m", when: source("energizer") },
      { path: "harvest.constant.power_W", label: "Power", unit: "µW", shift: -6, when: source("constant") },
      { path: "harvest.markov.power_W", label: "Power while on", unit: "µW", shift: -6, when: source("markov") },
      { path: "harvest.markov.on_s", label: "Mean time on", unit: "s", when: source("markov") },
      { path: "harvest.markov.off_s", label: "Mean time off", unit: "s", when: source("markov") },
      { path: "harvest.fitted.name", label: "Recording", kind: "choice", when: source("fitted") },
      { path: "harvest.fitted.rectifier", label: "Rectifier", kind: "choice", when: source("fitted") },
      { path: "harvest.trace.gap", label: "A hole in the trace", kind: "choice", when: source("trace") },
      { path: "harvest.trace.loop", label: "Begin again at its end", kind: "yes", when: source("trace") },
      { path: "harvest.trace.cell", label: "Cell, of lux", kind: "choice", when: source("trace") },
      { path: "harvest.trace.load_Ohm", label: "Load, of volts", unit: "Ω", isOptional: true, when: source("trace") },
      { path: "harvest.trace.rectifier", label: "Rectifier, of RF", kind: "choice", when: source("trace") },
      { path: "harvest.scale", label: "Times", unit: "× power" },
      { path: "harvest.offset", label: "Each station begins", kind: "choice" },
    ],
  },
  {
    id: "ap",
    title: "Access point",
    fields: [
      { path: "ap.profile", label: "Profile", kind: "choice" },
      { path: "ap.modifier", label: "Modifier (else direct mode)", kind: "yes" },
      { path: "ap.trigger_period_s", label: "Trigger period", unit: "ms", shift: -3 },
      { path: "ap.to", label: "Triggers for", kind: "choice" },
      { path: "ap.repeats", label: "M1 repeated", unit: "times" },
      { path: "ap.slots", label: "Slots" },
      { path: "ap.slot_us", label: "Slot", unit: "µs, or auto" },
      { path: "ap.acwe", label: "ACWE" },
      { path: "ap.dl_rate_kbps", label: "Downlink", unit: "kb/s", kind: "choice" },
      { path: "ap.ul_rate_kbps", label: "Uplink", unit: "kb/s", kind: "choice" },
      { path: "ap.padding_us", label: "Padding", unit: "µs" },
      { path: "ap.trigger_data_octets", label: "DL data of M1", unit: "octets" },
      { path: "ap.confirm_data_octets", label: "DL data of M3", unit: "octets" },
      { path: "ap.root_update_every_s", label: "Root update every", unit: "s, 0: never" },
      { path: "air.channels", label: "Channels" },
      { path: "air.capture_dB", label: "Capture", unit: "dB" },
    ],
  },
  {
    id: "attacker",
    title: "Attacker and faults",
    fields: [
      { path: "air.loss_down", label: "Loss, down", unit: percentless },
      { path: "air.loss_up", label: "Loss, up", unit: percentless },
      { path: "air.flip_down", label: "Flipped bit, down", unit: percentless },
      { path: "air.flip_up", label: "Flipped bit, up", unit: percentless },
      { path: "air.truncate_down", label: "Cut frame, down", unit: percentless },
      { path: "air.truncate_up", label: "Cut frame, up", unit: percentless },
      { path: "air.replay_down", label: "Replay, down", unit: percentless },
      { path: "air.replay_up", label: "Replay, up", unit: percentless },
      { path: "air.forged_trigger_period_s", label: "Forged trigger every", unit: "s, 0: never" },
      { path: "air.forged_trigger_slots", label: "Its slots", unit: "0: as the AP" },
      { path: "air.forged_trigger_slot_us", label: "Its slot", unit: "µs, 0: as the AP" },
    ],
  },
  {
    id: "run",
    title: "Run",
    isOpen: true,
    fields: [
      { path: "name", label: "Name", kind: "text" },
      { path: "seed", label: "Seed" },
      { path: "duration_s", label: "Duration", unit: "s" },
    ],
  },
];

export const FIELDS: readonly Field[] = GROUPS.flatMap(({ fields }) => fields);

/** The same decimal number with its point moved, nothing rounded: "100", -6 is "0.0001". Other text stays as it is. */
export function shifted(text: string, by: number): string {
  const match = /^\s*([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?\s*$/.exec(text);
  if (!match || match[2] + match[3] === "") return text;
  const [, sign, whole, part, power = "0"] = match;
  const digits = whole + part;
  const point = whole.length + Number(power) + by;
  if (Math.abs(point) > 400) return text;
  const padded = point <= 0 ? "0".repeat(1 - point) + digits : digits.padEnd(point, "0");
  const at = point <= 0 ? 1 : point;
  const [left, right] = [padded.slice(0, at).replace(/^0+(?=\d)/, ""), padded.slice(at).replace(/0+$/, "")];
  return `${sign === "-" ? "-" : ""}${left}${right === "" ? "" : `.${right}`}`;
}
