/**
 * Known errors, planted in a model by a macro: each must come out as a counterexample, or the model proves nothing. A
 * limit is no error but what the profile does not claim: beyond it the same properties fall, and it is shown how.
 */

import type { Property } from "./properties.ts";

export interface Fault {
  /** counter-after-use is planted by the macro COUNTER_AFTER_USE. */
  readonly name: string;
  /** The name of a model. */
  readonly model: string;
  /** What has to fall. */
  readonly breaks: Property;
  readonly says: string;
  readonly kind: "fault" | "limit";
}

const PLANTED: Readonly<Record<string, readonly (readonly [name: string, breaks: Property, says: string])[]>> = {
  snonce: [
    ["counter-after-use", "sNonce_fresh", "the counter is raised after the SNonce was used"],
    ["no-counter", "sNonce_fresh", "an SNonce without the counter"],
    ["no-entropy", "sNonce_fresh", "an SNonce without entropy"],
    ["same-cell", "sNonce_fresh", "the raised counter goes to the cell that holds the greatest"],
    ["unreadable-is-zero", "sNonce_fresh", "cells that cannot be read count as not valid"],
    ["n-wraps", "sNonce_fresh", "n starts again within a power cycle"],
  ],
  slots: [
    ["check-first", "torn_slot", "a slot's check field is written before its octets"],
    ["check-stays", "torn_slot", "the old check field is not zeroed before a write"],
    ["same-slot", "always_a_root", "the update overwrites the newest slot"],
    ["wipe-first", "always_a_root", "the old slot is wiped before the new one is written"],
    ["wipe-before-read-back", "always_a_root", "the old slot is wiped before the new one has read back valid"],
    ["wipe-check-last", "torn_slot", "a wipe begins with the octets and ends with the check field"],
    ["tidy-by-check", "old_root_gone", "a torn slot counts as wiped, its check field being 0"],
    ["no-wipe", "old_root_gone", "the old slot is never wiped"],
    ["answer-before-write", "shared_root", "the proof is sent before the new root is written"],
  ],
  cache: [
    ["cache-by-m1", "proven_pmk", "the PMK cache is written by M1"],
    ["check-first", "right_pmk", "the cache's check field is written before its octets"],
    ["no-generation", "right_pmk", "the cache is used for a root of another generation"],
    ["no-modifier", "right_pmk", "the cache is used for another Modifier"],
    ["every-miss", "one_write_a_cycle", "the cache is written at every miss"],
    ["cache-kept", "old_pmk_gone", "the cache survives the root it was made of"],
  ],
  exchange: [
    ["ptk-over-m1", "key_and_pn", "the PTK is kept over a new M1"],
    ["ptk-before-snonce", "key_and_pn", "the PTK is made before the SNonce is drawn"],
    ["m2-rebuilt", "key_and_pn", "a repeated M1 gets an M2 that is built anew with another reading"],
    ["command-before-mic", "genuine_m3", "a command is acted on before the MIC of its M3"],
    ["dl-data-before-m3", "nothing_from_m1_alone", "DL data of M1 are handed out before M3"],
    ["no-binding", "agreement", "the MICs do not cover TriggerInfo and DL data of M1"],
    ["tag-by-prefix", "agreement", "the AP compares a prefix of the tag"],
    ["second-m2", "one_an_aNonce", "the AP takes a second M2 under one ANonce"],
    ["ap-keeps-anonce", "once", "the AP keeps its ANonce over a restart"],
    ["m3-before-stored", "receipt", "M3 leaves before the reading is stored"],
    ["m3-made-anew", "key_and_pn", "the same M2 gets an M3 that is made anew"],
  ],
  lives: [
    ["counter-after-use", "key_and_pn", "the counter is raised after the SNonce was used"],
    ["no-counter", "key_and_pn", "an SNonce without the counter"],
  ],
  data: [
    ["ptk-over-death", "key_and_pn", "the PTK is kept over a power loss, its PNs are not"],
    ["ul-pn-unchecked", "genuine_data", "the AP does not check the PN of Data"],
    ["dl-pn-unchecked", "genuine_data", "the station does not check the PN of Data"],
  ],
  update: [
    ["update-early", "honest_ap_holds_it", "UPDATE is handed out before the APs have committed"],
    ["update-uncommitted", "shared_root", "UPDATE is handed out before the key service's own commit is durable"],
    ["drop-on-word", "shared_root", "the key service drops g on an AP's word"],
    ["drop-at-start", "shared_root", "the key service drops g when it begins g+1"],
    ["next-unproven", "shared_root", "the key service begins g+2 before g+1 is proven"],
    ["modifier-anew", "shared_root", "a service put back from a copy draws another Modifier'"],
    ["ap-drops-old", "honest_ap_holds_it", "an AP drops PMK_g when it gets that of g+1"],
    ["no-t", "shared_root", "the station takes an UPDATE without T"],
    ["downgrade", "no_downgrade", "the station answers under the older slot"],
  ],
  deadlock: [["waits-for-m3", "no_deadlock", "a station that waits for M3 takes no new M1"]],
  progress: [
    ["deaf-when-secure", "goes_on", "a station in state 3 takes no new M1"],
    ["counter-silences", "goes_on", "a counter that cannot be written silences the station"],
    ["proof-asked-once", "goes_on", "a lost proof is not asked for again"],
    ["ap-waits", "goes_on", "the AP sends no new M1 before the last one was answered"],
  ],
};

const LIMITS: readonly Fault[] = [
  {
    name: "both-dead",
    model: "snonce",
    breaks: "sNonce_fresh",
    says: "entropy and counter are dead at once",
    kind: "limit",
  },
  {
    name: "old-copy",
    model: "update",
    breaks: "shared_root",
    says: "the store is put back from before the last but one update",
    kind: "limit",
  },
];

export const FAULTS: readonly Fault[] = [
  ...Object.entries(PLANTED).flatMap(([model, faults]) =>
    faults.map(([name, breaks, says]): Fault => ({ name, model, breaks, says, kind: "fault" })),
  ),
  ...LIMITS,
];

/** The first fault for each property of each model: that each of them can fall. */
export const FAULTS_SHORT: readonly Fault[] = FAULTS.filter(({ model, breaks }, i) => {
  return FAULTS.findIndex((fault) => fault.model === model && fault.breaks === breaks) === i;
});

/** The macro that plants it. */
export function macroOf({ name }: Fault): string {
  return name.toUpperCase().replaceAll("-", "_");
}
