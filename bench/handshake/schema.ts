/*
 * What bench/handshake finds, as it is committed: one schema, from which come the type, the check of the committed file and
 * the tables of docs/HANDSHAKE.md. SI units, stated in each name.
 */
import { z } from "zod";
import { BASES } from "../../host/handshake/way.ts";

const text = (what: string) => z.string().min(1).describe(what);
const number = (what: string) => z.number().describe(what);
const positive = (what: string) => z.number().positive().describe(what);
const whole = (what: string) => z.number().int().nonnegative().describe(what);
const sha256 = (what: string) =>
  z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe(`SHA-256 of ${what}, hexadecimal`);

const BAND = {
  e_J: positive("energy, best estimate"),
  low_J: positive("the same with every number behind it at the low end of its band (docs/SIMULATOR.md)"),
  high_J: positive("and at the high end"),
};

/** Of a sample of one value a seed. */
const MEAN = z.strictObject({
  mean: number("over the seeds"),
  low: number("low end of its 95 % interval, Student's t"),
  high: number("high end"),
});

const COST = z.strictObject({
  operation: text("what is counted"),
  times: positive("how often"),
  cycles: positive("of one on a Cortex-M4, as published"),
  source: text("where that is published"),
});

export const WAY = z.strictObject({
  name: text("names the way in every table"),
  family: text("its protocol"),
  basis: z.enum(BASES).describe("run, composed or cited, see above"),
  frames: whole("on the air, both ways"),
  dl_octets: whole("in them to the station, FCS included"),
  ul_octets: whole("in them from it"),
  airtime_s: positive("on the air"),
  wasm: whole("")
    .nullable()
    .describe("WebAssembly instructions, exact; of a composed way those of the runs that it is made of; null: cited"),
  m4: whole("")
    .nullable()
    .describe("instructions of the emulated Cortex-M4, exact, without the imports; null: not run there"),
  ...BAND,
  byPhase_J: z.record(z.string(), positive("")).describe("e_J by phase (docs/SIMULATOR.md)"),
  mover: z.string().nullable().describe("the number of the profiles that moves e_J most"),
  t_s: positive("from power-on to the last step, without the wait for a slot"),
  earliestSlot: whole("").nullable().describe("first slot that the answer is ready for, from 0; null: no slots"),
  leastCapacitance_F: positive("least one, between the storage's voltages, that brings it to its end without harvest"),
  charges: z
    .array(z.strictObject({ capacitance_F: positive("of the capacitor"), charges: positive("e_J over its charge") }))
    .describe("charges of a capacitor between the same voltages that it takes"),
  onParts: z
    .array(
      z.strictObject({
        mcu: text("profile"),
        radio: text("profile"),
        ...BAND,
        byPhase: z
          .record(z.string(), z.strictObject(BAND))
          .describe("the same by phase, of the ways that stand for the others; empty: of another"),
      }),
    )
    .describe("the energy on every microcontroller and radio"),
  costs: z.array(COST).describe("what a cited way counts; empty: nothing"),
  sources: z.array(z.string()).describe("of a cited way's lengths and messages; empty: it was run"),
});

const SCHEME = z.strictObject({
  scheme: text("how the PMK comes about"),
  way: text("name of the way with it"),
  source: text("who proposed it, or where it stands"),
  kept: text("in the device's NVM beside its root"),
  brokenAp: text("what somebody has who has broken into one AP"),
  newAp: text("what has to happen before a device talks to an AP that it never met"),
  isForwardSecret: z.boolean().describe("whether recorded sessions stay closed when the root leaks"),
});

const ON_CAPACITOR = z.strictObject({
  capacitance_F: positive("of the capacitor"),
  done: whole("seeds with which the way was lived to its end"),
  lives: MEAN.nullable().describe("lives that it took, of those; null: none"),
  t_s: MEAN.nullable().describe("from an empty capacitor to the reading; null: none"),
});

const RANDOM = z.strictObject({
  seeds: whole("of every sample"),
  slots: whole("that a trigger announces"),
  lives_max: whole("after so many lives without a reading a seed is given up"),
  same: z
    .strictObject({
      ways: whole("ways of AMP that were run with every seed: other nonces, keys and addresses"),
      differing: z.array(z.string()).describe("those of which frames, octets or instructions depend on the seed"),
    })
    .describe("what is not random"),
  ways: z
    .array(
      z.strictObject({
        way: text("its name"),
        basis: z.enum(BASES).describe("its basis"),
        latency_s: MEAN.describe("power-on to its end with a random slot, power without end"),
        onCapacitors: z.array(ON_CAPACITOR).describe("on the default scenario's harvest"),
      }),
    )
    .describe("what slot and harvest make of a way"),
  crowd: z
    .array(
      z.strictObject({
        stations: whole("on one channel, all with a reading"),
        firstRound: MEAN.describe("part of them that is done with the first trigger"),
        latency_s: MEAN.describe("first trigger to a station's verified M3, mean over the stations"),
      }),
    )
    .describe("stations that answer one trigger in random slots, in the simulator"),
});

export const RESULT = z.strictObject({
  hashes: z
    .strictObject({
      module: sha256("build/station.wasm"),
      baseline: sha256("build/rsn.wasm"),
      profiles: sha256("all profiles"),
    })
    .describe("what the figures were made with"),
  air: z
    .strictObject({
      dlRate_kbps: positive("of the downlink"),
      ulRate_kbps: positive("of the uplink"),
      padding_us: number("behind a downlink frame"),
    })
    .describe("what the frames go over"),
  reading_octets: whole("of the reading"),
  parts: z
    .strictObject({ mcu: text("profile"), nvm: text("profile"), radio: text("profile"), storage: text("profile") })
    .describe("parts that e_J of a way is for"),
  ways: z.array(WAY).describe("one entry a way, AMP, other ways to a PMK, RSN, cited"),
  pmk: z.array(SCHEME).describe("ways to a PMK that were discussed in public"),
  random: RANDOM.describe("over seeds"),
});
