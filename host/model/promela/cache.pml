/*
 * The PMK cache under power that may fail at every octet. Abstracts PROTOCOL.md 4a (after the MIC of an M3), 7, 8;
 * assembly/station/cache.ts, keys.ts (pairwiseMasterKey) and update.ts (afterConfirm).
 *
 * The entry is generation ‖ Modifier ‖ PMK ‖ check(2); the PMK of a generation and a Modifier has a tag of its own. The
 * CRC-32 detects nothing: any check field that is not 0 passes, so that what holds here holds by the order of writes.
 * Modifiers: 1 and 2, two epochs of an AP; 3, an attacker's, whose PMK nobody has: no M3 is ever verified under it.
 * Bounds: GENERATIONS roots, one after another. Lives, M1s and M3s are not bounded.
 */
#include "common.pml"

#define MODIFIERS 3
#define FORGED 3
#define PMK(generation, modifier) (((generation) - 1) * MODIFIERS + (modifier))
#define OCTET_MAX (GENERATIONS * MODIFIERS)
#define OCTETS 5
#define CHECK 3
#include "nvm.pml"

mtype = { right_pmk, proven_pmk, one_write_a_cycle, old_pmk_gone };

#define HAS_CHECK (nvm[CHECK] + nvm[CHECK + 1] > 0)
#define IS_BLANK (nvm[0] + nvm[1] + nvm[2] == 0 && !HAS_CHECK)

inline zeroCheck() {
  if
  :: HAS_CHECK -> octets2(CHECK, 0, 0)
  :: else
  fi
}

/* cache.ts: tidy. Wipes an entry of another generation, and finishes a torn write or wipe. */
inline tidy() {
  if
#ifndef CACHE_KEPT
  :: !IS_BLANK && !(nvm[0] == generation && HAS_CHECK) ->
     zeroCheck();
     octets2(0, 0, 0);
     octet(2, 0)
#endif
  :: else
  fi;
  hold(old_pmk_gone, IS_BLANK || nvm[0] == generation)
}

/* cache.ts: fill, over record.ts: commit. */
inline fill() {
  if
  :: missed ->
     hold(proven_pmk, proven);
     hold(one_write_a_cycle, !written);
#ifndef CHECK_FIRST
     zeroCheck();
     octets2(0, generation, modifier);
     octet(2, PMK(generation, modifier));
#endif
     octets2(CHECK, 1, 1);
#ifdef CHECK_FIRST
     octets2(0, generation, modifier);
     octet(2, PMK(generation, modifier));
#endif
     atomic { written = true; missed = false; printf("station: the PMK is in the cache\n") }
  :: else
  fi
}

#ifdef NO_GENERATION
#define IS_OF_GENERATION true
#else
#define IS_OF_GENERATION (nvm[0] == generation)
#endif
#ifdef NO_MODIFIER
#define IS_OF_MODIFIER true
#else
#define IS_OF_MODIFIER (nvm[1] == modifier)
#endif

/* keys.ts: pairwiseMasterKey, over cache.ts: isCached. */
inline pairwiseMasterKey() {
  atomic {
    proven = false;
    missed = false;
    if
    :: IS_OF_GENERATION && IS_OF_MODIFIER && HAS_CHECK ->
       printf("station: takes the PMK of the cache\n");
       hold(right_pmk, nvm[2] == PMK(generation, modifier))
#ifdef EVERY_MISS
    :: else -> missed = true
#else
    :: else -> missed = !written
#endif
    fi
  }
}

/* PROTOCOL.md 4a, 7: assembly/station/exchange.ts, keys.ts, cache.ts. */
active proctype Station() {
  byte newest = 1, generation, modifier, junk;
  bool waiting, missed, written, proven;

end_booted:
  do
  :: atomic {
       select(modifier : 1 .. MODIFIERS);
       generation = newest;
       waiting = true;
       printf("station: an M1 with Modifier %d comes, the newest root is of generation %d\n", modifier, newest - 1)
     }
     pairwiseMasterKey();
#ifdef CACHE_BY_M1
     fill();
#endif
     cut()
  :: atomic {
       waiting && modifier != FORGED ->
       waiting = false;
       proven = true;
       printf("station: verifies an M3 under Modifier %d\n", modifier)
     }
     tidy();
     fill();
     atomic {
       if
       :: newest < GENERATIONS -> newest++; printf("station: its root is updated\n")
       :: true
       fi;
       modifier = 0;
       generation = 0;
       missed = false;
       proven = false
     }
  :: atomic { printf("station: power fails\n"); goto dead }
  od;

dead:
  atomic { generation = 0; modifier = 0; junk = 0; waiting = false; missed = false; written = false; proven = false }
  goto end_booted
}
