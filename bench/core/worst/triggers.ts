/*
 * The costliest M1: nobody has to know a key to send it.
 *
 * First every length of DL data and of the reading, for each profile, mode and way to the PMK; then the longest and the
 * costliest of those in every state and over every record, with addresses and nonces that are alike to their last octet.
 */
import type { TwinAp } from "../../../tests/twin/ap.ts";
import { PROFILES, type Profile, readingMax_octets } from "../../../tests/twin/frames.ts";
import { labelled, SPA } from "../../../tests/vectors/world.ts";
import { type Bed, expect } from "../bed.ts";
import { dlMax, triggerFrame, wayOf } from "./frames.ts";
import type { Image, Past } from "./images.ts";
import type { WorstOf } from "./record.ts";

/** What an M1 and the station that answers it can be like. */
interface Case {
  readonly profile: Profile;
  readonly ap: TwinAp;
  readonly encrypt: boolean;
  readonly dlLength: number;
  readonly readingLength: number;
}

type Kind = Pick<Case, "profile" | "ap" | "encrypt">;

const STATES = ["idle", "waiting for M3", "secure"] as const;

/** Equal to an octet string but for its last octet: a comparison goes all the way. */
const alike = (octets: Uint8Array): Uint8Array =>
  octets.map((octet, i) => (i === octets.length - 1 ? octet ^ 3 : octet));

/** FC ‖ ID ‖ TDC. */
const BODY = 5;

const FAR = Uint8Array.from([0x02, 0, 0, 0, 0, 1]);

export function searchTriggers(bed: Bed, { records, aps }: Past, worst: WorstOf): void {
  const kinds = PROFILES.flatMap((profile) =>
    aps.flatMap((ap) => [true, false].map((encrypt): Kind => ({ profile, ap, encrypt }))),
  );
  for (const kind of kinds) {
    bed.ap = kind.ap;
    for (const lengths of worstLengths(bed, records[0], kind, worst)) {
      for (const image of records)
        for (const state of STATES) tryAll(bed, image, state, { ...kind, ...lengths }, worst);
    }
  }
}

/** The costliest pair of lengths in state 1, and the longest pair. */
function worstLengths(bed: Bed, image: Image, kind: Kind, worst: WorstOf): Pick<Case, "dlLength" | "readingLength">[] {
  const { profile, ap, encrypt } = kind;
  const longest = { dlLength: dlMax(profile, ap), readingLength: readingMax_octets(profile) };
  let costliest = { ...longest, instructions: 0 };
  for (let dlLength = 0; dlLength <= longest.dlLength; dlLength++) {
    const m1 = triggerFrame({
      profile,
      modifier: ap.modifier,
      aa: FAR,
      aNonce: labelled("bench, ANonce", profile.N),
      dlLength,
    });
    for (let readingLength = 0; readingLength <= longest.readingLength; readingLength++) {
      const reach = () => state1(bed, image, readingLength, encrypt);
      const { instructions } = answered(bed, reach, m1);
      worst.see("trigger", instructions, () => describe({ ...kind, dlLength, readingLength }, image, "idle", ""));
      if (instructions > costliest.instructions) costliest = { dlLength, readingLength, instructions };
    }
  }
  return [costliest, longest];
}

/** Booted over that record, with a reading. */
function state1(bed: Bed, image: Image, readingLength: number, encrypt: boolean): void {
  bed.nvm.octets.set(image.octets);
  bed.powerUp().reading(readingLength, encrypt);
}

/** What an M1 takes in the state that `reach` reaches, and the body of the M2. */
function answered(bed: Bed, reach: () => void, m1: Uint8Array): { instructions: number; body: Uint8Array } {
  reach();
  const { result, instructions } = bed.cost((station) => station.receive(m1));
  if (!result.frame) throw new Error(`an M1 of the search was refused with ${result.status}`);
  return { instructions, body: result.frame.slice(BODY) };
}

/** One case in one state over one record, with everything that can be alike alike or not. */
function tryAll(bed: Bed, image: Image, state: (typeof STATES)[number], one: Case, worst: WorstOf): void {
  const { profile, ap, encrypt, dlLength, readingLength } = one;
  for (const aa of [FAR, alike(SPA)]) {
    const fields = { profile, aa, dlLength, modifier: ap.modifier };
    const reach = (): void => {
      state1(bed, image, readingLength, encrypt);
      if (state === "idle") return;
      // A trigger of the same length went before: the comparison with it goes all the way.
      const before = triggerFrame({ ...fields, aNonce: labelled("bench, ANonce before", profile.N) });
      if (state === "waiting for M3") bed.station.receive(before);
      else bed.secure({ profile, dlData: new Uint8Array(dlLength) });
    };
    const tryOne = (aNonce: Uint8Array, note: string): Uint8Array => {
      const { instructions, body } = answered(bed, reach, triggerFrame({ ...fields, aNonce }));
      worst.see("trigger", instructions, () => describe(one, image, state, aa === FAR ? "" : ", AA like SPA") + note);
      return body.slice(0, profile.N);
    };
    // The same noise over the same record gives the same SNonce again: this ANonce is the one that nobody can guess.
    const sNonce = tryOne(labelled("bench, ANonce", profile.N), "");
    const again = tryOne(alike(sNonce), ", ANonce like the SNonce");
    expect(Buffer.compare(again, sNonce), 0, "the comparison of the SNonces");
  }
}

function describe(one: Case, { name }: Image, state: string, likeness: string): string {
  const { profile, ap, encrypt, dlLength, readingLength } = one;
  const kind = `${profile.name}, ${wayOf(ap)}, ${dlLength} octets of DL data`;
  const mode = encrypt ? "CCM" : "MIC";
  return `M1 ${kind}, answered with ${readingLength} octets of reading under ${mode}; ${state}; record: ${name}${likeness}`;
}
