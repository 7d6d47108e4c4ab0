/*
 * The two root slots under power that may fail at every octet. Abstracts PROTOCOL.md 6 (Device), 7;
 * assembly/station/record.ts and update.ts; the store of host/keys/service.ts as two variables.
 *
 * A slot is generation ‖ key ‖ check(2). An octet is 0, the tag of a root, or junk; the roots of four generations in a
 * row have tags of their own, and the fifth is like the first, as 256 later in the station. Two readings of the CRC-32:
 *   blind  it detects nothing: any check field that is not 0 passes. What holds, holds by the order of writes alone.
 *   worn   it detects all, and a write may return and have left junk: what reading a slot back is for.
 * Not bounded: lives, cuts and updates. Bounds: octets a slot, as above; GENERATIONS told apart.
 */
#include "common.pml"

#define OCTET_MAX (GENERATIONS + 1)
#define JUNK OCTET_MAX
#define OCTETS 8
#define SLOT_A 0
#define SLOT_B 4
#define NOWHERE 8
#include "nvm.pml"

mtype = { torn_slot, always_a_root, shared_root, old_root_gone };

/* The key service: the newest root that is proven, and whether the update to the next is committed. */
byte proven = 1;
bool updating, worn;

#define NEXT(tag) ((tag) % GENERATIONS + 1)
#define OTHER(slot) (SLOT_A + SLOT_B - (slot))
#define IS_ZERO(slot) (nvm[slot] + nvm[(slot) + 1] + nvm[(slot) + 2] + nvm[(slot) + 3] == 0)
#define HAS_CHECK(slot) (nvm[(slot) + 2] + nvm[(slot) + 3] > 0)
#define IS_WHOLE(slot) (nvm[slot] >= 1 && nvm[slot] <= GENERATIONS && nvm[(slot) + 1] == nvm[slot])
#define IS_RIGHT(slot) (IS_WHOLE(slot) && nvm[(slot) + 2] == nvm[slot] && nvm[(slot) + 3] == nvm[slot])
#define IS_VALID(slot) ((worn && IS_RIGHT(slot)) || (!worn && HAS_CHECK(slot)))

inline scan() {
  atomic {
    hold(torn_slot, (!IS_VALID(SLOT_A) || IS_WHOLE(SLOT_A)) && (!IS_VALID(SLOT_B) || IS_WHOLE(SLOT_B)));
    newest = NOWHERE;
    if
    :: IS_VALID(SLOT_A) && (!IS_VALID(SLOT_B) || NEXT(nvm[SLOT_B]) == nvm[SLOT_A]) -> newest = SLOT_A
    :: IS_VALID(SLOT_B) && (!IS_VALID(SLOT_A) || NEXT(nvm[SLOT_A]) == nvm[SLOT_B]) -> newest = SLOT_B
    :: else
    fi;
    hold(always_a_root, newest != NOWHERE);
    hold(shared_root, nvm[newest] == proven || (updating && nvm[newest] == NEXT(proven)))
  }
}

inline zeroCheck(slot) {
  if
  :: HAS_CHECK(slot) -> octets2(slot + 2, 0, 0)
  :: else
  fi
}

/* update.ts: tidy. What has an octet that is not 0 is wiped: check field first. */
inline tidy(slot) {
  if
#ifdef TIDY_BY_CHECK
  :: HAS_CHECK(slot) ->
#else
  :: !IS_ZERO(slot) ->
#endif
#ifdef WIPE_CHECK_LAST
     octets2(slot, 0, 0);
     octets2(slot + 2, 0, 0)
#else
     zeroCheck(slot);
     octets2(slot, 0, 0)
#endif
  :: else
  fi
}

/* record.ts: commit. A worn cell may keep junk and say nothing. */
inline commit(slot, tag) {
#ifndef CHECK_STAYS
  zeroCheck(slot);
#endif
#ifdef CHECK_FIRST
  octets2(slot + 2, tag, tag);
  octets2(slot, tag, tag);
#else
  octets2(slot, tag, tag);
  atomic {
    if
    :: worn -> nvm[slot + 1] = JUNK; printf("station: a worn octet of the slot keeps junk\n")
    :: true
    fi
  }
  octets2(slot + 2, tag, tag);
#endif
}

/* The answer to UPDATE or PROVE: on its way, or lost; if it arrives the key service drops the root before. */
inline prove() {
  atomic {
    if
    :: printf("station: its proof is lost\n")
    :: updating && nvm[newest] == NEXT(proven) ->
       proven = NEXT(proven);
       updating = false;
       printf("key service: takes the proof, drops the root before\n")
    :: else
    fi
  }
}

/* PROTOCOL.md 4a, 6: assembly/station/update.ts (afterConfirm, install, prove), boot.ts. */
active proctype Station() {
  byte newest = SLOT_A, slot, tag, junk;

  atomic {
    nvm[SLOT_A] = 1; nvm[SLOT_A + 1] = 1; nvm[SLOT_A + 2] = 1; nvm[SLOT_A + 3] = 1;
    if
    :: printf("station: its CRC detects nothing\n")
    :: worn = true; printf("station: its NVM is worn\n")
    fi
  }

end_secure:
  do
  :: atomic { printf("station: an M3 without a command\n"); slot = OTHER(newest) }
#ifndef NO_WIPE
     tidy(slot);
#endif
     atomic { hold(old_root_gone, IS_ZERO(slot)); slot = 0 }
  :: atomic { updating && nvm[newest] == NEXT(proven) -> printf("station: an M3 with PROVE\n"); slot = OTHER(newest) }
     tidy(slot);
     slot = 0;
     prove()
  :: atomic {
       updating && nvm[newest] == proven ->
       printf("station: an M3 with UPDATE\n");
       tag = NEXT(proven);
#ifdef SAME_SLOT
       slot = newest
#else
       slot = OTHER(newest)
#endif
     }
#ifdef ANSWER_BEFORE_WRITE
     atomic { proven = tag; updating = false; printf("key service: takes the proof, drops the root before\n") }
#endif
#ifdef WIPE_FIRST
     tidy(newest);
#endif
     commit(slot, tag);
#ifdef WIPE_BEFORE_READ_BACK
     tidy(newest);
#endif
     if
     :: IS_VALID(slot) ->
        atomic { printf("station: its new root reads back valid\n"); newest = slot; slot = 0; tag = 0 }
        prove()
     :: else -> atomic { slot = 0; tag = 0; scan(); printf("station: NVM failed; it keeps the root before\n") }
     fi
  :: atomic { printf("station: power fails\n"); goto dead }
  od;

dead:
  atomic { slot = 0; tag = 0; junk = 0 }
  scan();
  goto end_secure
}

/* PROTOCOL.md 6: host/keys/service.ts (startUpdate). */
active proctype KeyService() {
end_service:
  do
  :: atomic { !updating -> updating = true; printf("key service: commits the next update\n") }
  od
}
