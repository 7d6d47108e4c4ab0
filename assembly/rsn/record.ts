/*
 * The NVM record of the RSN station, RSN.md 5: its head at power-up, and the PMKSA.
 */
import { copyExact, differ, wipe } from "../bytes";
import { nvmRead } from "../env";
import { crc16, crc32 } from "../frame/crc";
import { commit, readSlot } from "../station/record";
import { Cycle } from "../station/snonce";
import {
  AA,
  MESSAGE,
  NVM_PMKSA,
  NVM_SSID,
  PMKSA_AKM,
  PMKSA_BODY,
  PMKSA_PMK,
  PMKSA_PMKID,
  RAM_SIZE,
  SCRATCH,
  SCRATCH_SIZE,
  SLOT,
  SPA,
  SSID,
} from "./layout";
import { endSession, IDLE, OFF, Session } from "./session";
import { NVM_FAILED } from "./status";

/** AKM suite types of 00-0F-AC, IEEE 802.11-2020 table 9-151; those with SHA-256 follow those with SHA-1. */
export const AKM_8021X: i32 = 1;
export const AKM_PSK: i32 = 2;
export const AKM_8021X_SHA256: i32 = 5;
export const AKM_PSK_SHA256: i32 = 6;

const HEAD_SIZE: i32 = 16;
/** "RSN1", LE. */
const MAGIC: u32 = 0x314e5352;
const VERSION: u32 = 1;
const SSID_MAX: u32 = 32;
const IDENTITY_MAX: u32 = 32;

export class Record {
  static akm: i32 = 0;
  /** Octets at SSID, and of the identity in NVM. */
  static ssid: i32 = 0;
  static identity: i32 = 0;
}

/** Whether the PMK comes from EAP. */
export function isEapAkm(): bool {
  return Record.akm == AKM_8021X || Record.akm == AKM_8021X_SHA256;
}

/** Whether keys, PMKID and MIC are made with SHA-1. */
export function isSha1Akm(): bool {
  return Record.akm <= AKM_PSK;
}

/** Whether the head of the record cannot be read, is not ours or is not sound; takes SPA, AKM and the lengths from it. */
function isForeign(): bool {
  if (nvmRead(0, MESSAGE, HEAD_SIZE)) return true;
  const akm: i32 = load<u8>(MESSAGE, 5);
  const ssid: u32 = load<u8>(MESSAGE, 12);
  const identity: u32 = load<u8>(MESSAGE, 13);
  copyExact(SPA, MESSAGE + 6, 6);
  Record.akm = akm;
  Record.ssid = ssid;
  Record.identity = identity;
  if (
    i32(load<u32>(MESSAGE) != MAGIC) |
    i32(load<u8>(MESSAGE, 4) != VERSION) |
    i32(load<u16>(MESSAGE, 14) != crc16(MESSAGE, 14)) |
    (load<u8>(SPA) & 1) |
    i32(ssid - 1 >= SSID_MAX)
  ) {
    return true;
  }
  if (isEapAkm()) return identity - 1 >= IDENTITY_MAX;
  return (akm != AKM_PSK && akm != AKM_PSK_SHA256) || identity != 0;
}

/** Power-up: assumes nothing of RAM, writes nothing to NVM. 0, or NVM failed; then the station stays off. */
export function boot(): i32 {
  wipe(SCRATCH, RAM_SIZE);
  endSession(OFF);
  Cycle.counter = 0;
  const failed = isForeign() || nvmRead(NVM_SSID, SSID, 32);
  wipe(SCRATCH, SCRATCH_SIZE);
  if (failed) return NVM_FAILED;
  Session.state = IDLE;
  return 0;
}

/** SLOT := the PMKSA. Whether it is complete, and for this AA and AKM. */
export function readPmksa(): bool {
  if (readSlot(NVM_PMKSA) < 0) return false;
  return !(differ(SLOT, AA, 6) | (load<u8>(SLOT, PMKSA_AKM) ^ Record.akm));
}

/**
 * Writes the PMKSA of this AA, its PMK at `pmk` and its PMKID at `pmkid`, if NVM holds another one. A failure is passed
 * over: the next association then starts with EAP.
 */
export function writePmksa(pmk: usize, pmkid: usize): void {
  copyExact(SLOT + PMKSA_PMKID, pmkid, 16);
  copyExact(SLOT, AA, 6);
  store<u16>(SLOT, Record.akm, PMKSA_AKM);
  copyExact(SLOT + PMKSA_PMK, pmk, 32);
  store<u32>(SLOT, 0, PMKSA_BODY - 4);
  store<u32>(SLOT, crc32(SLOT, PMKSA_BODY), PMKSA_BODY);
  if (nvmRead(NVM_PMKSA, MESSAGE, PMKSA_BODY + 4) || differ(MESSAGE, SLOT, PMKSA_BODY + 4)) {
    commit(NVM_PMKSA, SLOT, PMKSA_BODY);
  }
}
