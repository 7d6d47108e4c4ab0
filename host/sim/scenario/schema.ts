/*
 * The scenario: everything that a run depends on beside the module. One schema, from which come the defaults, the checks
 * and what a mistake is told. Units stand in the keys.
 */
import { z } from "zod";
import { DL_RATES_kbps } from "../../channel/airtime.ts";
import { RAM_POLICIES } from "../../device/instance.ts";
import { CELLS } from "../../energy/profiles/cells.ts";
import { FITTED, type FittedName } from "../../energy/profiles/fitted.ts";
import { RECTIFIERS, type RectifierName } from "../../energy/profiles/rectifiers.ts";
import { PROFILES } from "../../wire/profile.ts";
import { UL_RATES_kbps } from "../../wire/triggerinfo.ts";

/** The version of this format; a later one that reads differently gets another number. */
const FORMAT = 1;

/** A field: what a value must be, in words for the one sentence that a mistake gets, and its default. */
function field<S extends z.ZodType>(schema: S, expected: string, byDefault: z.output<S>) {
  return schema.describe(expected).default(byDefault as never);
}

const whole = (from: number, to: number, byDefault: number) =>
  field(z.number().int().min(from).max(to), `a whole number from ${from} to ${to.toLocaleString("en")}`, byDefault);

const from = (least: number, byDefault: number) =>
  field(z.number().min(least), `a number of at least ${least}`, byDefault);

const above = (least: number, byDefault: number) => field(z.number().gt(least), `a number above ${least}`, byDefault);

const probability = (byDefault = 0) => field(z.number().min(0).max(1), "a probability, 0 to 1", byDefault);

const yesNo = (byDefault: boolean) => field(z.boolean(), "true or false", byDefault);

const text = (byDefault: string) => field(z.string().min(1), "a text", byDefault);

const oneOf = <const T extends readonly string[]>(names: T, byDefault: T[number]) =>
  field(z.enum(names), `one of ${names.join(", ")}`, byDefault as never);

/** A part may be left out whole. */
function part<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape).prefault({} as never);
}

const rate = (rates: readonly number[], byDefault: number) =>
  field(
    z.number().refine((value) => rates.includes(value)),
    `one of ${rates.join(", ")}`,
    byDefault,
  );

/** Single numbers of a profile; which keys a profile has, the profile knows. */
const override = z
  .record(z.string(), z.number())
  .describe("a set of numbers by their names in the profile")
  .default({});

/** A part that is not there unless it is given; what it is for, in words, and the key that a text alone stands for. */
function choice<Shape extends z.ZodRawShape>(shape: Shape, expected: string, short?: keyof Shape) {
  const wide = (value: unknown): unknown => (short && typeof value === "string" ? { [short]: value } : value);
  return z.preprocess(wide, z.strictObject(shape).nullable()).describe(expected).default(null);
}

const numberOrNull = (schema: z.ZodNumber, expected: string) => field(schema.nullable(), `${expected}, or null`, null);

const CELL_NAMES = Object.keys(CELLS) as (keyof typeof CELLS)[];
const FITTED_NAMES = Object.keys(FITTED) as FittedName[];
const RECTIFIER_NAMES = Object.keys(RECTIFIERS) as RectifierName[];

/** What makes direct current of power that was received as RF; null: all of it is harvested. */
const rectifier = field(z.enum(RECTIFIER_NAMES).nullable(), `null, or one of ${RECTIFIER_NAMES.join(", ")}`, null);

export const SCENARIO = z.strictObject({
  scenario: field(z.literal(FORMAT), `${FORMAT}, the version of this format`, FORMAT),
  name: text("default"),
  seed: whole(0, 2 ** 32 - 1, 1),
  duration_s: above(0, 60),

  stations: part({
    count: whole(1, 10_000, 4),
    module: text("release"),
    mcu: text("nrf54l15"),
    nvm: text("fram"),
    radio: text("tgbp-active"),
    storage: text("mlcc-10uF"),
    vStart_V: from(0, 0),
    reading_octets: whole(0, 40, 16),
    encrypt: yesNo(true),
    data_frames: whole(0, 100, 0),
    ram: oneOf(RAM_POLICIES, "random"),
    wait_max_s: from(0, 0),
    distance_m: field(
      z.tuple([z.number().gt(0), z.number().gt(0)]),
      "a pair of distances above 0, nearest and farthest",
      [1, 5],
    ),
  }),

  override: part({ mcu: override, nvm: override, radio: override, storage: override }),

  harvest: part({
    source: oneOf(["energizer", "constant", "markov", "fitted", "trace"], "energizer"),
    scale: above(0, 1),
    offset: oneOf(["random", "none"], "random"),
    energizer: part({ distance_m: above(0, 3) }),
    constant: part({ power_W: from(0, 100e-6) }),
    markov: part({ power_W: from(0, 300e-6), on_s: above(0, 0.5), off_s: above(0, 0.5) }),
    fitted: part({ name: oneOf(FITTED_NAMES, "rf-cart"), rectifier }),
    trace: part({
      file: field(z.string(), "the path of a trace file", ""),
      step_s: numberOrNull(z.number().gt(0), "a number of seconds above 0"),
      rectifier,
      gap: oneOf(["error", "hold", "zero"], "error"),
      loop: yesNo(true),
      load_Ohm: field(z.number().gt(0).nullable(), "a resistance above 0, or null for the trace's own", null),
      cell: field(
        z
          .union([
            z.enum(CELL_NAMES),
            z.array(z.strictObject({ lux: z.number().gt(0), file: z.string().min(1) })).min(1),
          ])
          .nullable(),
        `null, one of ${CELL_NAMES.join(", ")}, or a list of {lux, file} of a cell's I-V curves`,
        null,
      ),
    }),
  }),

  converter: choice(
    {
      name: text("bq25570"),
      file: field(z.string().min(1).nullable(), "the path of a YAML file of shepherd's, or null", null),
      storage: field(z.string().min(1).nullable(), "the path of a YAML file of shepherd's, or null", null),
      source_V: numberOrNull(z.number().gt(0), "a voltage above 0"),
    },
    "null, the name of a converter, or a part with name, file, storage and source_V",
    "name",
  ),

  supervisor: choice(
    {
      check_ms: numberOrNull(z.number().min(0), "a number of milliseconds of at least 0"),
      vOn_V: numberOrNull(z.number().gt(0), "a voltage above 0"),
      vOff_V: numberOrNull(z.number().gt(0), "a voltage above 0"),
      brownout_V: numberOrNull(z.number().gt(0), "a voltage above 0"),
      brownoutDrain_A: numberOrNull(z.number().min(0), "a current of at least 0"),
    },
    "null, or a part with check_ms, vOn_V, vOff_V, brownout_V and brownoutDrain_A",
  ),

  ap: part({
    profile: oneOf(
      PROFILES.map(({ name }) => name),
      "compact",
    ),
    modifier: yesNo(true),
    trigger_period_s: above(0, 0.025),
    to: oneOf(["broadcast", "each"], "broadcast"),
    repeats: whole(0, 100, 0),
    acwe: whole(0, 15, 0),
    slots: whole(1, 255, 16),
    slot_us: field(
      z.union([z.literal("auto"), z.number().gt(0)]),
      "auto, or a number of microseconds above 0",
      "auto" as const,
    ),
    dl_rate_kbps: rate(DL_RATES_kbps, 1000),
    ul_rate_kbps: rate(UL_RATES_kbps, 1000),
    padding_us: from(0, 36),
    trigger_data_octets: whole(0, 36, 0),
    confirm_data_octets: whole(0, 54, 0),
    root_update_every_s: from(0, 0),
  }),

  air: part({
    channels: whole(1, 10_000, 1),
    loss_down: probability(),
    loss_up: probability(),
    flip_down: probability(),
    flip_up: probability(),
    truncate_down: probability(),
    truncate_up: probability(),
    replay_down: probability(),
    replay_up: probability(),
    forged_trigger_period_s: from(0, 0),
    forged_trigger_slots: whole(0, 255, 0),
    forged_trigger_slot_us: field(
      z
        .number()
        .min(0)
        .max(4 * 0xffff),
      "a number of microseconds from 0 to 262,140",
      0,
    ),
    capture_dB: from(0, 10),
  }),

  what_if: yesNo(false),
});

/** A scenario, its defaults filled in. */
export type Scenario = z.output<typeof SCENARIO>;
