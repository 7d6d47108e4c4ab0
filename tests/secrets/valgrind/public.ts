/**
 * What is decided by something that was made from secrets and is public all the same. No driver can declare it so from
 * outside, as it is decided between two imports: so memcheck reports it, and this list says how often in which function.
 * Anything beyond it is a leak.
 */
import type { Site } from "./memcheck.ts";

interface Public {
  /** Places in the C at most; a second compiler may branch where the first selects. */
  readonly places: number;
  readonly what: readonly string[];
}

export const PUBLIC: Readonly<Record<string, Public>> = {
  amp_receive: {
    places: 7,
    what: [
      "whether noise passes its health test: the answer says so",
      "whether the CRC-32 of the cached PMK fits: a hit costs less than a miss",
      "whether a MIC fits: the answer says so",
      "whether a command is the next UPDATE, PROVE or neither: the answer, and what is written, say so (three places)",
      "whether T fits: the answer says so",
    ],
  },
  "station/record/readSlot": {
    places: 1,
    what: ["whether the CRC-32 of a slot fits: amp_boot and UPDATE answer by it"],
  },
  "station/record/commit": {
    places: 2,
    what: ["whether the old check field is 0, and the new one: PROTOCOL.md 7 has one write more, or less"],
  },
  "station/cache/tidy": { places: 1, what: ["whether a slot or the cache is torn, by its check field: it is wiped"] },
  "station/keys/putSorted": { places: 2, what: ["which of ANonce and SNonce is the lesser: both go on the air"] },
};

/** What clang -O2 makes of the same decisions: a select becomes a branch, or a branch a select of an address. */
export const PUBLIC_CLANG: Readonly<Record<string, Public>> = {
  ...PUBLIC,
  "bytes/copy": { places: 2, what: ["the lesser of the nonces is read where it stands"] },
  "frame/crc/crc32": { places: 1, what: ["a CRC-32 that comes out as 0 is stored as 1 (PROTOCOL.md 7)"] },
  "frame/downlink/payloadLength": { places: 1, what: ["the payload is read where it stands, if its MIC fits"] },
};

/** The functions with more places than are listed, in words. */
export function beyond(sites: readonly Site[], listed: Readonly<Record<string, Public>>): string[] {
  const found = new Map<string, Site[]>();
  for (const site of sites) found.set(site.functionName, [...(found.get(site.functionName) ?? []), site]);
  const more = [...found].filter(([name, places]) => places.length > (listed[name]?.places ?? 0));
  return more.map(([name, places]) => {
    const lines = places.map(({ kind, line }) => `${kind} at line ${line} of the C`);
    return `${name}: ${lines.join(", ")}, where ${listed[name]?.places ?? 0} are public`;
  });
}
