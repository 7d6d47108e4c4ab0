/*
 * The 4-way handshake, IEEE 802.11-2020 12.7.6: M1 -> M2, M3 -> M4. Pairwise keys are installed once.
 */
import { copy, copyExact, differ, wipe } from "../bytes";
import { nvmRead } from "../env";
import { answer, counterOf, KEY_DATA, M2, M4, NONCE } from "./frames/eapolkey";
import { find, KDE_DATA, MALFORMED, NONE, PMKID_KDE, RSNE_ID, VENDOR_ID } from "./frames/elements";
import { hasGroupKey, installGroupKey, KeyData, openKeyData, verify } from "./keydata";
import {
  A_NONCE,
  BSS_RSNE,
  DIGEST,
  EAP_SIZE,
  MATERIAL,
  NEXT_TK,
  NVM_KEY,
  OWN_RSNE,
  PMK,
  PMKSA_PMK,
  PMKSA_PMKID,
  S_NONCE,
  SLOT,
  TK,
} from "./layout";
import { drawNonce } from "./nonce";
import { makePmkid, makePtk } from "./ptk";
import { isEapAkm, readPmksa, writePmksa } from "./record";
import { reply } from "./reply";
import { ASSOCIATED, CACHED_PMK, EAP_PMK, HANDSHAKE, KEYED, NO_PMK, OPEN, Session } from "./session";
import { BAD_KEY_DATA, NVM_FAILED, RSNE_MISMATCH, WRONG_STATE } from "./status";

/** Octets of a PMKID KDE. */
const PMKID_KDE_SIZE: i32 = 22;

/** The address of the PMK for an M1 with the PMKID KDE at `kde`, if there is one; or a status. */
function findPmk(kde: usize): i32 {
  if (!isEapAkm()) return nvmRead(NVM_KEY, MATERIAL, 32) ? NVM_FAILED : (MATERIAL as i32);
  if (Session.pmk == EAP_PMK) return PMK as i32;
  if (Session.pmk != CACHED_PMK || !readPmksa()) return WRONG_STATE;
  if (kde != NONE && differ(kde + KDE_DATA, SLOT + PMKSA_PMKID, 16)) {
    // The AP has another PMKSA: this one is of no use in this association.
    Session.pmk = NO_PMK;
    return BAD_KEY_DATA;
  }
  return (SLOT + PMKSA_PMK) as i32;
}

/**
 * M1 at `pdu`, with `size` octets of key data. No counter was verified before it in its association. Deviation: there is no
 * rekeying of the PTK.
 */
export function first(pdu: usize, size: i32): i32 {
  if (Session.state != ASSOCIATED && Session.state != HANDSHAKE) return WRONG_STATE;
  const kde = find(pdu + KEY_DATA, pdu + KEY_DATA + size, VENDOR_ID, PMKID_KDE);
  if (kde == MALFORMED || (kde != NONE && load<u8>(kde, 1) + 2 != PMKID_KDE_SIZE)) return BAD_KEY_DATA;
  // The same M1 again, under another counter, gets the same SNonce: the AP may answer either M2.
  if (Session.state != HANDSHAKE || differ(A_NONCE, pdu + NONCE, 32)) {
    const pmk = findPmk(kde);
    if (pmk < 0) return pmk;
    const failed = drawNonce();
    if (failed) return failed;
    copyExact(A_NONCE, pdu + NONCE, 32);
    copyExact(S_NONCE, DIGEST, 32);
    makePtk(pmk);
    Session.state = HANDSHAKE;
  }
  return reply(answer(pdu, M2, S_NONCE, OWN_RSNE, Session.ownRsne));
}

/** The PMKSA of an association whose PMK came from EAP is kept, in NVM, and nothing else of EAP. */
function keepPmksa(): void {
  if (Session.pmk == EAP_PMK) {
    makePmkid(PMK);
    writePmksa(PMK, DIGEST);
  }
  Session.pmk = NO_PMK;
  wipe(PMK, EAP_SIZE);
}

/** The TK of the handshake, once: its PNs start here. */
function install(): void {
  copy(TK, NEXT_TK, 16);
  store<u64>(NEXT_TK, 0);
  store<u64>(NEXT_TK, 0, 8);
  Session.txPn = 0;
  Session.rxPn = 0;
  Session.state = KEYED;
}

/** M3 at `pdu`, with `size` octets of key data. One that comes again is answered, and moves the replay counter alone. */
export function third(pdu: usize, size: i32): i32 {
  if (Session.state < HANDSHAKE || differ(pdu + NONCE, A_NONCE, 32)) return WRONG_STATE;
  const refused = verify(pdu, size) || openKeyData(pdu, size);
  if (refused) return refused;
  const rsne = find(KeyData.at, KeyData.end, RSNE_ID, 0);
  if (rsne == MALFORMED) return BAD_KEY_DATA;
  if (rsne == NONE || load<u8>(rsne, 1) + 2 != Session.bssRsne || differ(rsne, BSS_RSNE, Session.bssRsne)) {
    return RSNE_MISMATCH;
  }
  const found = hasGroupKey(pdu);
  if (found < 0) return BAD_KEY_DATA;
  Session.counter = counterOf(pdu) + 1;
  const length = reply(answer(pdu, M4, 0, 0, 0));
  if (Session.state == HANDSHAKE) {
    install();
    if (found) {
      installGroupKey();
      Session.state = OPEN;
    }
    keepPmksa();
  }
  return length;
}
