/*
 * The grid file: which scenario, what varies in it and how, how often each point is lived, and what is kept of it.
 * Paths are those of `--set`. Each part's `error` ends the sentence "... is ..., where ... is expected".
 */
import { z } from "zod";

/** The version of this format; a later one that reads differently gets another number. */
const FORMAT = 1;
/** As many as a table in memory may have. */
export const JOBS_MAX = 200_000;

/** One value of a scenario's parameter. */
export type Value = number | string | boolean | null | readonly Value[] | { readonly [key: string]: Value };

const value = z.json({ error: "a value of a scenario" }) as unknown as z.ZodType<Value>;
const name = z.string({ error: "a text" }).min(1, { error: "a text" });
const number = z.number({ error: "a number" });
const whole = (from: number, to: number) => {
  const error = `a whole number from ${from} to ${to.toLocaleString("en")}`;
  return z.int({ error }).min(from, { error }).max(to, { error });
};
const rounded = z.boolean({ error: "true or false" }).optional();

const list = z.array(value).min(1, { error: "a list with a value at least" });

const range = z.strictObject({
  from: number,
  to: number,
  steps: whole(2, JOBS_MAX),
  scale: z.enum(["lin", "log"], { error: "lin or log" }).default("lin"),
  /** To the nearest whole number, for parameters that are. */
  whole: rounded,
});
export type Range = z.output<typeof range>;

const AXIS = "a list of values, or from, to and steps";
const axis = z.union([list, range], { error: AXIS });

const ends = z.tuple([number, number], { error: "a pair of numbers, [least, greatest]" });
const uniform = z.strictObject({ uniform: ends, whole: rounded });
const loguniform = z.strictObject({ loguniform: ends, whole: rounded });
const normal = z.strictObject({
  normal: z.strictObject(
    { mean: number, sd: number, min: number.optional(), max: number.optional() },
    { error: "a part with mean and sd, and min and max if need be" },
  ),
  whole: rounded,
});
const choice = z.strictObject({ choice: list });

const DISTRIBUTION = "one of uniform, loguniform, normal and choice";
const distribution = z.union([uniform, loguniform, normal, choice], { error: DISTRIBUTION });
export type Distribution = z.output<typeof distribution>;

const COLUMN = "a column's name, a dotted path of the result, or a part with name and path";
const column = z.union([name, z.strictObject({ name, path: name })], { error: COLUMN });

export const GRID = z.strictObject(
  {
    sweep: z.literal(FORMAT, { error: `${FORMAT}, the version of this format` }).default(FORMAT),
    name: name.default("sweep"),
    /** What the page says below its title. */
    about: z.string({ error: "a text" }).default(""),
    scenario: name.default("default"),
    seed: whole(0, 2 ** 32 - 1).default(1),
    set: z.record(name, value, { error: "a part of paths and values" }).default({}),
    grid: z.record(name, axis, { error: "a part of paths and axes" }).default({}),
    monte_carlo: z
      .strictObject(
        { draws: whole(1, JOBS_MAX), parameters: z.record(name, distribution, { error: "a part of paths" }) },
        { error: "a part with draws and parameters" },
      )
      .optional(),
    repetitions: whole(1, JOBS_MAX).default(1),
    seeds: z.enum(["own", "shared"], { error: "own or shared" }).default("own"),
    results: z.array(column, { error: "a list of columns" }).min(1, { error: "a list of columns" }).optional(),
    answer: name.optional(),
  },
  { error: "a part with grid or monte_carlo" },
);
export type Grid = z.output<typeof GRID>;
