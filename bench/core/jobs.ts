/*
 * What a station does in its life, one call at a time. Each job brings the station to where the call is made, and is the
 * cost of that call alone.
 */
import type { Answer, Station } from "../../host/device/load.ts";
import { type ApSession, isProof } from "../../tests/twin/ap.ts";
import { PROFILES, type Profile } from "../../tests/twin/frames.ts";
import { MODIFIER_PRIME, SPA } from "../../tests/vectors/world.ts";
import { type Bed, type Cost, expect } from "./bed.ts";

export interface Job {
  readonly name: string;
  /** The call's cost. */
  cost(bed: Bed): Cost;
  /** The same on a bed that cannot count. */
  play(bed: Bed): void;
}

/** The reading of every job, octets: the longest that M2 has room for in every profile. */
const READING = 16;

/** Where the PMK comes from: derived from the root, read from the cache, or the root itself (no Modifier). */
const PMK_SOURCES = ["cold", "warm", "direct"] as const;
type PmkSource = (typeof PMK_SOURCES)[number];

const MODES = { CCM: true, MIC: false } as const;
type Mode = keyof typeof MODES;

/** One of the jobs: the M2 of a profile, the first of its power cycle. */
export function m2Name(profile: Profile, mode: Mode, source: PmkSource): string {
  return `M2 ${profile.name}, ${mode}, ${source}`;
}

export function jobs(): Job[] {
  return [...bootJobs(), ...m2Jobs(), ...m3Jobs(), ...otherJobs()];
}

/** Brings the station to the call; the answer has to stand up to `check`, which throws. */
type Ready<Result> = (bed: Bed) => {
  readonly call: (station: Station) => Result;
  readonly check: (result: Result) => void;
};

function job<Result>(name: string, ready: Ready<Result>): Job {
  return {
    name,
    cost(bed) {
      const { call, check } = ready(bed);
      const { result, instructions, nvmWritten } = bed.cost(call);
      check(result);
      return { instructions, nvmWritten };
    },
    play(bed) {
      const { call, check } = ready(bed);
      check(call(bed.station));
    },
  };
}

function bootJobs(): Job[] {
  const boot = (name: string, live: (bed: Bed) => void): Job =>
    job(`amp_boot, ${name}`, (bed) => {
      live(bed.manufacture());
      return { call: (station) => station.boot(), check: (status) => expect(status, 0, "amp_boot") };
    });
  return [
    boot("as provisioned", () => {}),
    boot("full cache", (bed) => bed.powerUp().secure()),
    boot("two slots", (bed) => update(bed.powerUp())),
  ];
}

/** A station that is about to answer the first M1 of its power cycle, and that M1. */
export function beforeM2(bed: Bed, profile: Profile, mode: Mode, source: PmkSource): Uint8Array {
  bed.manufacture(source === "direct" ? { modifier: null } : {}).powerUp();
  if (source === "warm") bed.secure({ profile });
  bed.powerUp().reading(READING, MODES[mode]);
  return bed.m1({ profile });
}

function m2Jobs(): Job[] {
  const m2 = (name: string, before: (bed: Bed) => Uint8Array): Job =>
    job(name, (bed) => {
      const m1 = before(bed);
      return { call: (station) => station.receive(m1), check: (answer) => void bed.taken(answer) };
    });
  const first = PROFILES.flatMap((profile) =>
    (Object.keys(MODES) as Mode[]).flatMap((mode) =>
      PMK_SOURCES.map((source) => m2(m2Name(profile, mode, source), (bed) => beforeM2(bed, profile, mode, source))),
    ),
  );
  return [
    ...first,
    m2("M2 compact, CCM, warm, a later one of its power cycle", (bed) => {
      bed.manufacture().powerUp().reading(READING, true).secure();
      return bed.m1();
    }),
    m2("M2 sent again for the same M1", (bed) => {
      const m1 = bed.manufacture().powerUp().reading(READING, true).m1();
      bed.taken(bed.station.receive(m1));
      return m1;
    }),
  ];
}

/** FC ‖ ID ‖ TDC ‖ PN ‖ 0x81 ‖ generation ‖ proof(8) ‖ MIC(8) ‖ FCS. */
const ANSWER_OCTETS = 27;

function m3Jobs(): Job[] {
  type M3 = (session: ApSession) => { readonly frame: Uint8Array };
  const m3 = (name: string, live: (bed: Bed) => void, make: M3, answered: number): Job =>
    job(name, (bed) => {
      live(bed.manufacture().powerUp());
      const { frame } = make(bed.powerUp().reading(READING, true).waiting());
      return {
        call: (station) => station.receive(frame),
        check: (answer: Answer) => expect(answer.frame?.length ?? answer.status, answered, name),
      };
    });
  const fillCache = (bed: Bed) => void bed.secure();
  return [
    m3("M3", fillCache, (session) => session.confirm(), 0),
    m3(
      "M3, PMK cache written",
      () => {},
      (session) => session.confirm(),
      0,
    ),
    m3("M3 with UPDATE", fillCache, (session) => session.update(MODIFIER_PRIME), ANSWER_OCTETS),
    m3("M3 with PROVE", fillCache, (session) => session.prove(), ANSWER_OCTETS),
    m3("M3, the first under a new root", update, (session) => session.confirm(), 0),
  ];
}

function otherJobs(): Job[] {
  const secure = (bed: Bed): ApSession => bed.manufacture().powerUp().reading(READING, true).secure();
  return [
    job("Data received", (bed) => {
      const { frame } = secure(bed).data(new Uint8Array(READING));
      return { call: (station) => station.receive(frame), check: ({ status }) => expect(status, 0, "Data") };
    }),
    job("amp_send", (bed) => {
      const session = secure(bed);
      return {
        call: (station) => station.send(),
        check: ({ status, frame }) => expect((frame && session.receive(frame)?.length) ?? status, READING, "amp_send"),
      };
    }),
    job("amp_set_payload", (bed) => {
      bed.manufacture().powerUp();
      return {
        call: (station) => station.setPayload(new Uint8Array(READING), true),
        check: (status) => expect(status, 0, "amp_set_payload"),
      };
    }),
  ];
}

/** A session whose M3 carries UPDATE, and the proof of the new root; the AP then holds both generations. */
export function update(bed: Bed): void {
  const session = bed.waiting();
  const generation = session.session.generation + 1;
  bed.ap.enrolUpdate(SPA, session.session.generation, MODIFIER_PRIME);
  const { status, frame } = bed.station.receive(session.update(MODIFIER_PRIME).frame);
  const proof = frame && session.receive(frame);
  if (!proof || !isProof(proof, bed.ap.rootOf(SPA, generation), generation, SPA)) {
    throw new Error(`UPDATE was answered with ${status}, and no proof`);
  }
}
