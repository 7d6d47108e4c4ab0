/** What the models hold the profile to: the names that a Promela file gives its assertions, in words. */
export const PROPERTIES = {
  sNonce_fresh: "AMP-R2: no SNonce twice",
  torn_slot: "section 7: a root slot that counts as valid was written whole",
  always_a_root: "section 7: whatever the cut, the station finds its newest root",
  shared_root: "section 6: station and key service share a root",
  old_root_gone: "section 4a: behind an M3 under the newest root nothing of the one before is left",
  right_pmk: "section 7: a PMK from the cache is that of the session's generation, AA and Modifier",
  proven_pmk: "section 7: the cache takes a PMK only after an M3 was verified under it",
  one_write_a_cycle: "section 7: the cache is written at most once in a power cycle",
  old_pmk_gone: "section 4a: behind an M3 no cache entry of another generation is left",
  key_and_pn: "AMP-R1: no key, address and PN for two different frames",
  agreement: "AMP-R3: a reading that was taken was sent by that station under that ANonce and SNonce",
  once: "AMP-R3: an M2 is taken once",
  one_an_aNonce: "AMP-R3: at most one reading under an ANonce",
  receipt: "AMP-R3: an M3 comes only after the reading is delivered",
  genuine_m3: "AMP-R4: only the M3 of the station's own M2 has an effect",
  genuine_data: "section 3: no Data frame is taken twice",
  nothing_from_m1_alone: "section 4: DL data of M1 are acted on only as the AP sent them",
  honest_ap_holds_it: "section 6: an honest AP that is served holds the PMK of the station's newest root",
  no_downgrade: "section 6: no session under another root than the newest",
  no_deadlock: "AMP-R7: nobody gets stuck while power lasts",
  goes_on: "AMP-R7, section 6: readings are confirmed for ever, and an update ends",
} as const;

export type Property = keyof typeof PROPERTIES;

export function isProperty(name: string): name is Property {
  return name in PROPERTIES;
}
