/**
 * Takes the place of layout.ts when the RSN module is built (host/build/targets.ts): what the shared sources need of a
 * memory map, from the RSN station's own. It keeps one slot, the PMKSA, where the AMP station has two.
 */
export {
  BLOCKS,
  CELL_BODY,
  DIGEST,
  ENTROPY,
  LANE_1,
  LANES,
  MESSAGE,
  NVM_CELL,
  NVM_PMKSA as NVM_SLOT_A,
  NVM_PMKSA as NVM_SLOT_B,
  PMKSA_BODY as SLOT_BODY,
  PMKSA_PMK as SLOT_MIDSTATES,
  ROUND_KEYS,
  SCHEDULE,
  SLOT,
  SPA,
  SUBKEY,
} from "./rsn/layout";
