/*
 * The PMK cache, PROTOCOL.md 7: written only once an AP proved, with M3, that it has that PMK.
 * ENTRY is its image in RAM; between M2 and M3 it keeps the midstates of a PMK that was not cached.
 */
import { copy, differ, wipe } from "../bytes";
import { reorder } from "../crypto/message";
import { nvmRead } from "../env";
import { Binding, modifier } from "../frame/binding";
import { crc32 } from "../frame/crc";
import { AA, MODIFIER_SIZE } from "../frame/fields";
import { CACHE_AA, CACHE_BODY, CACHE_MIDSTATES, CACHE_MODIFIER, ENTRY, MESSAGE, NVM_CACHE, TRIGGER } from "../layout";
import { commit, isWhole } from "./record";
import { Session } from "./session";

/** Midstates of the PMK, and the octets of a pair of them. */
export const PMK: usize = ENTRY + CACHE_MIDSTATES;
export const MIDSTATES_SIZE: i32 = 64;
const ENTRY_SIZE: usize = 96;

/** Whether the entry at ENTRY is whole and of the session's generation, AA and Modifier. */
export function isOfSession(): bool {
  const unlike =
    (load<u8>(ENTRY) ^ Binding.generation) |
    differ(ENTRY + CACHE_AA, TRIGGER + AA, 6) |
    i32(load<u64>(ENTRY + CACHE_MODIFIER) != load<u64>(modifier()));
  return !unlike && isWhole(ENTRY, CACHE_BODY);
}

/**
 * ENTRY := the cache. Whether it holds the PMK of the session's generation, AA and Modifier; if not, whether a verified
 * M3 is to write it. One that cannot be read may hold that very PMK, and is not written.
 */
export function isCached(): bool {
  if (nvmRead(NVM_CACHE, ENTRY, CACHE_BODY + 4)) return false;
  if (isOfSession()) return true;
  Session.cacheMissed = !Session.cacheWritten;
  return false;
}

/** Forgets the PMK. */
export function dropEntry(): void {
  wipe(ENTRY, ENTRY_SIZE);
}

/**
 * Wipes the slot or the cache of `body` octets at `offset` if any of its octets is not 0; with `keep` not negative,
 * only if it is torn or of another generation than `keep`. A failure is passed over: the next verified M3 comes here.
 */
export function tidy(offset: i32, body: i32, keep: i32): void {
  if (nvmRead(offset, MESSAGE, body + 4)) return;
  let any: u32 = 0;
  let i = body;
  do {
    any |= load<u32>(MESSAGE + i);
    i -= 4;
  } while (i >= 0);
  if (!any || (load<u8>(MESSAGE) == keep && load<u32>(MESSAGE + body))) return;
  wipe(MESSAGE, ENTRY_SIZE);
  commit(offset, MESSAGE, body);
}

/** Writes the PMK at ENTRY to the cache if it is to be, at most once a power cycle if it succeeds, and forgets it. */
export function fill(): void {
  if (Session.cacheMissed) {
    store<u16>(ENTRY, Binding.generation);
    copy(ENTRY + CACHE_AA, TRIGGER + AA, 6);
    copy(ENTRY + CACHE_MODIFIER, modifier(), MODIFIER_SIZE);
    store<u64>(ENTRY + CACHE_MODIFIER, 0, 8);
    reorder(PMK, MIDSTATES_SIZE);
    store<u32>(ENTRY + CACHE_BODY, crc32(ENTRY, CACHE_BODY));
    Session.cacheWritten = !commit(NVM_CACHE, ENTRY, CACHE_BODY);
  }
  dropEntry();
}
