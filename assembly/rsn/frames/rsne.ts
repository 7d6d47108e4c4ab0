/*
 * RSNE, IEEE 802.11-2020 9.4.2.24:
 *
 *   48 ‖ length ‖ version(2) ‖ group suite(4) ‖ m(2) ‖ pairwise suites(4m) ‖ n(2) ‖ AKM suites(4n) ‖ capabilities(2)
 *      ‖ PMKID count(2) ‖ PMKIDs(16 each) ‖ group management suite(4)
 */
import { copyExact } from "../../bytes";
import { OWN_RSNE } from "../layout";
import { Record } from "../record";
import { Session } from "../session";

/** Suites 00-0F-AC:4, CCMP-128, and 00-0F-AC:0, to which an AKM is added, first octet lowest. */
const CCMP: u32 = 0x04ac0f00;
const AKM: u32 = 0x00ac0f00;
const VERSION: u32 = 1;
/** Capabilities, bit 6: management frame protection is required, which the station has not. */
const MFPR: u32 = 0x40;
/** The PMKID of the RSNE that the station makes. */
export const OWN_PMKID: usize = OWN_RSNE + 24;

/** Where the list of suites at `at` ends, before `end`, or 0: it does not fit, or `suite` is not in it. */
function behindSuites(at: usize, end: usize, suite: u32): usize {
  if (at + 2 > end) return 0;
  const last = at + 2 + ((load<u16>(at) as usize) << 2);
  if (last > end) return 0;
  let found = false;
  for (at += 2; at < last; at += 4) if (load<u32>(at) == suite) found = true;
  return found ? last : 0;
}

/** Whether the station can join under the RSNE at `at`, whose length fits: CCMP for both, and the record's AKM. */
export function isAcceptable(at: usize): bool {
  const end = at + 2 + load<u8>(at, 1);
  if (end - at < 8 || load<u16>(at, 2) != VERSION || load<u32>(at, 4) != CCMP) return false;
  let next = behindSuites(at + 8, end, CCMP);
  if (!next) return false;
  next = behindSuites(next, end, AKM | ((Record.akm as u32) << 24));
  if (!next) return false;
  return end - next < 2 || !(load<u16>(next) & MFPR);
}

/** OWN_RSNE := what the station asks for, and with a PMKID the one at `pmkid`. */
export function makeRsne(pmkid: usize): void {
  store<u32>(OWN_RSNE, pmkid ? 0x00012630 : 0x00011430); // 48 ‖ length ‖ version
  store<u32>(OWN_RSNE, CCMP, 4);
  store<u16>(OWN_RSNE, 1, 8);
  store<u32>(OWN_RSNE, CCMP, 10);
  store<u16>(OWN_RSNE, 1, 14);
  store<u32>(OWN_RSNE, AKM | ((Record.akm as u32) << 24), 16);
  store<u32>(OWN_RSNE, 0x00010000, 20); // capabilities ‖ PMKID count
  Session.ownRsne = 22;
  if (pmkid) {
    copyExact(OWN_PMKID, pmkid, 16);
    Session.ownRsne = 40;
  }
}
