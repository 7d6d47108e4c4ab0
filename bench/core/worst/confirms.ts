/*
 * The costliest Confirm and Data: forged ones, whose MIC does not fit, and those that only an AP with the PMK can make.
 */
import { STATUS } from "../../../host/device/abi.ts";
import type { ApSession } from "../../../tests/twin/ap.ts";
import { concat } from "../../../tests/twin/bytes.ts";
import { FC, PROFILES, type Profile, payloadMax_octets } from "../../../tests/twin/frames.ts";
import { MODIFIER_PRIME } from "../../../tests/vectors/world.ts";
import { type Bed, expect } from "../bed.ts";
import { dlMax, forgedFrame, wayOf } from "./frames.ts";
import type { Past } from "./images.ts";
import type { WorstOf } from "./record.ts";

/** Every length of payload behind every length of DL data, with every mode; then Data. They change nothing (AMP-R4). */
export function searchForged(bed: Bed, { records, aps }: Past, worst: WorstOf): void {
  const [{ octets }] = records;
  const tryAll = (fc: number, profile: Profile, generation: number, where: string): void => {
    for (let length = 0; length <= payloadMax_octets(profile); length++) {
      for (const encrypted of [true, false]) {
        const frame = forgedFrame(fc, profile, generation, length, encrypted);
        const { result, instructions } = bed.cost((station) => station.receive(frame));
        expect(result.status, STATUS["bad MIC"], "a forged frame");
        worst.see("forged", instructions, () => `${where}, ${length} octets under ${encrypted ? "CCM" : "MIC"}`);
      }
    }
  };
  for (const profile of PROFILES) {
    for (const ap of aps) {
      bed.ap = ap;
      for (let dlLength = 0; dlLength <= dlMax(profile, ap); dlLength++) {
        bed.nvm.octets.set(octets);
        const { session } = bed.powerUp().waiting({ profile, dlData: new Uint8Array(dlLength) });
        const m1 = `M1 ${wayOf(ap)} with ${dlLength} octets of DL data`;
        tryAll(FC.confirm, profile, session.generation, `M3 ${profile.name} with a bad MIC; ${m1}`);
      }
    }
    const { session } = bed.powerUp().secure({ profile });
    tryAll(FC.data, profile, session.generation, `Data ${profile.name} with a bad MIC`);
  }
}

/** M3 with everything that it may set off, over every record; `less`: octets less than the longest in M1 and in M3. */
export function searchGenuine(bed: Bed, { records, aps }: Past, worst: WorstOf): void {
  for (const profile of PROFILES) {
    for (const ap of aps) {
      bed.ap = ap;
      for (const less of [0, 1, 2, 3]) {
        const dlData = new Uint8Array(dlMax(profile, ap) - less);
        const m1 = `M1 ${wayOf(ap)} with ${dlData.length} octets of DL data`;
        for (const [name, m3] of m3s(profile, less)) {
          // What a record adds does not depend on lengths: all of them once, one of them for the others.
          for (const image of less === 0 ? records : records.slice(0, 1)) {
            bed.nvm.octets.set(image.octets);
            const { frame } = m3(bed.powerUp().waiting({ profile, dlData }));
            const { instructions } = bed.cost((station) => station.receive(frame));
            expect(bed.station.state(), SECURE, "amp_state after a genuine M3");
            worst.see("genuine", instructions, () => `M3 ${profile.name} ${name}; ${m1}; record: ${image.name}`);
          }
        }
      }
    }
    for (let length = 0; length <= payloadMax_octets(profile); length++) {
      const { frame } = bed.powerUp().secure({ profile }).data(new Uint8Array(length));
      const { result, instructions } = bed.cost((station) => station.receive(frame));
      expect(result.status, 0, "genuine Data");
      worst.see("genuine", instructions, () => `Data ${profile.name} of ${length} octets`);
    }
  }
}

const SECURE = 3;
const UPDATE = 0x01;
const REST_OF_UPDATE = new Uint8Array(24);

/** Every sort of M3 that an AP with the PMK can make; with the key service's UPDATE, too. */
function m3s(profile: Profile, less: number): [name: string, m3: (session: ApSession) => { frame: Uint8Array }][] {
  const longest = new Uint8Array(payloadMax_octets(profile) - less);
  const generation = (session: ApSession): number => session.session.generation;
  return [
    [`of ${longest.length} octets`, (session) => session.confirm(longest)],
    ["with UPDATE", (session) => session.update(MODIFIER_PRIME)],
    ["with a repeated UPDATE", (session) => session.command(concat(UPDATE, generation(session), REST_OF_UPDATE))],
    ["with a false UPDATE", (session) => session.command(concat(UPDATE, generation(session) + 1, REST_OF_UPDATE))],
    ["with PROVE", (session) => session.prove()],
    [`with an unknown command of ${longest.length} octets`, (session) => session.command(longest)],
  ];
}
