/* The conversations that instruction counts are compared over: every profile, mode and keying, with lengths that differ. */
import { PROFILES } from "../wire/profile.ts";
import { fitting, KEYINGS, type Topic } from "./conversation.ts";

/** Lengths of reading, DL data of M1 and of M3, octets: one triple a round, dealt out in turn. */
const LENGTHS: readonly (readonly [reading: number, trigger: number, confirm: number])[] = [
  [16, 0, 0],
  [0, 4, 8],
  [40, 12, 24],
  [7, 1, 3],
  [24, 8, 46],
  [12, 28, 16],
  [31, 3, 1],
];

/** `rounds`: of all combinations, each with other lengths. */
export function topics(rounds: number): Topic[] {
  let turn = 0;
  return Array.from({ length: rounds }).flatMap(() =>
    PROFILES.flatMap((profile) =>
      [true, false].flatMap((encrypt) =>
        KEYINGS.map((keying): Topic => {
          const [reading_octets, trigger_octets, confirm_octets] = LENGTHS[turn % LENGTHS.length];
          turn++;
          const lengths = { reading_octets, trigger_octets, confirm_octets };
          return fitting({ profile, encrypt, keying, ...lengths, update: turn % 4 === 0, data: turn % 3 === 0 });
        }),
      ),
    ),
  );
}
