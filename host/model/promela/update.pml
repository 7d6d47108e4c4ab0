/*
 * The root update between the key service, an honest AP, a lying AP and a station. Abstracts PROTOCOL.md 1 and 6.
 *
 * A root is its generation and its origin: the Modifier' of the service master key, another one, or an attacker's
 * invention. A proof or a T is taken only if it was made with that very root, and no AP has one. The lying AP says at
 * once that it has committed, keeps every PMK it was ever given, drops what it should carry or carries it again at any
 * later time, and claims proofs that it does not have. The key service crashes between any two steps, and its store is
 * put back from an older copy: one since which it has begun one update at most. A slot write is whole or not there, as
 * slots.pml shows; a lost frame is one that is not sent.
 * Bounds: generations 0..LAST, COPIES put back. Lives, sessions and crashes are not bounded.
 */
#include "common.pml"

mtype = { shared_root, honest_ap_holds_it, no_downgrade };

/* Origins of a root; 0: it is not there. */
#define MASTER 1
#define ANOTHER 2
#define INVENTED 3

/* The command of an M3. */
#define NO_COMMAND 0
#define UPDATE 1
#define PROVE 2

#define HONEST 1
#define LYING 2

/* The key service's record (proven, its root, the next while it is updating), and which APs have not committed. */
byte proven, provenRoot = MASTER, nextRoot;
bool updating, awaitsHonest, awaitsLying;
/* A copy of its store; `restored`: that was put back, and the update after it has not begun again. */
byte copyProven, copyNextRoot, copies;
bool copyUpdating, hasCopy, restored;

/* PMKs by generation: made of a root of which origin. */
byte honest[LAST + 2];
byte lying[LAST + 2];
/* What the lying AP has carried, by generation: an UPDATE to it, and a proof of it, of a root of which origin. */
byte carriedUpdate[LAST + 2];
byte carriedProof[LAST + 2];

/* The station's NVM: the newest root, and whether the slot beside it still holds the one before. */
byte newest, root = MASTER;
bool hasBefore;

#define IS_HELD \
  ((newest == proven && root == provenRoot) || (updating && newest == proven + 1 && root == nextRoot))
/* The copy does not know the update yet: the key service will make that very update again. */
#define IS_MADE_AGAIN (restored && !updating && newest == proven + 1 && root == MASTER)

inline check() {
  hold(shared_root, IS_HELD || IS_MADE_AGAIN);
  hold(honest_ap_holds_it, restored || honest[newest] == root)
}

/* ---- PROTOCOL.md 6 (Key service): host/keys/service.ts, update.ts, store.ts ---- */

inline endUpdate() {
  updating = false;
  nextRoot = 0;
  awaitsHonest = false;
  awaitsLying = false
}

/* offer, #prove: `origin` is that of the root which the proof was made with. */
inline offer(generation, origin) {
  if
#ifdef DROP_ON_WORD
  :: updating && generation == proven + 1 ->
#else
  :: updating && generation == proven + 1 && origin == nextRoot ->
#endif
     proven++;
     provenRoot = nextRoot;
     endUpdate();
     printf("key service: takes it for the proof of generation %d, drops the root before\n", proven);
     check()
  :: else
  fi
}

/* commandFor: asked by an AP for a session under that generation. */
inline commandFor(generation) {
  if
#ifdef UPDATE_EARLY
  :: updating && generation == proven ->
#else
  :: updating && generation == proven && !awaitsHonest && !awaitsLying ->
#endif
     command = UPDATE;
     to = proven + 1;
     made = nextRoot
  :: updating && generation == proven + 1 -> command = PROVE
  :: else -> command = NO_COMMAND
  fi
}

proctype KeyService() {
  byte g, claim;

end_service:
  do
  :: atomic { /* Step 1: startUpdate. */
       !updating && proven < LAST ->
       updating = true;
       nextRoot = MASTER;
#ifdef MODIFIER_ANEW
       nextRoot = (restored -> ANOTHER : MASTER);
#endif
#ifdef DROP_AT_START
       provenRoot = 0;
#endif
       awaitsHonest = true;
       awaitsLying = true;
       printf("key service: commits the update to generation %d\n", proven + 1);
       check()
     }
#ifdef NEXT_UNPROVEN
  :: atomic {
       updating && proven + 1 < LAST ->
       proven++;
       provenRoot = nextRoot;
       printf("key service: commits the update to generation %d, the one before is not proven\n", proven + 1);
       check()
     }
#endif
  :: atomic { /* Step 2, and whenever it serves an AP anew: all that this may hold, in place of what it held. */
       do
       :: g <= LAST -> honest[g] = 0; g++
       :: else -> g = 0; break
       od;
       honest[proven] = provenRoot;
       if
       :: updating -> honest[proven + 1] = nextRoot; restored = false
       :: else
       fi;
#ifdef AP_DROPS_OLD
       if
       :: updating -> honest[proven] = 0
       :: else
       fi;
#endif
       awaitsHonest = false;
       if
       :: updating -> printf("honest AP: commits its PMKs of generations %d and %d\n", proven, proven + 1)
       :: else -> printf("honest AP: commits its PMK of generation %d, drops others\n", proven)
       fi;
       check()
     }
  :: atomic { /* It keeps what it had. */
       lying[proven] = provenRoot;
       if
       :: updating -> lying[proven + 1] = nextRoot
       :: else
       fi;
       awaitsLying = false;
       printf("lying AP: says that it has committed its PMKs\n")
     }
  :: atomic { /* What is not durable is gone, every AP is served anew. */
       updating && !(awaitsHonest && awaitsLying) ->
       awaitsHonest = true;
       awaitsLying = true;
       printf("key service: crashes, goes on from its store\n");
#ifdef UPDATE_UNCOMMITTED
       endUpdate();
#endif
       check()
     }
  :: atomic {
       !hasCopy && copies < COPIES ->
       hasCopy = true;
       copies++;
       copyProven = proven;
       copyUpdating = updating;
       copyNextRoot = nextRoot;
       printf("key service: a copy of its store is made, at generation %d\n", proven)
     }
  :: atomic {
#ifdef OLD_COPY
       hasCopy ->
#else
       hasCopy && proven + updating <= copyProven + 1 ->
#endif
       proven = copyProven;
       provenRoot = MASTER;
       updating = copyUpdating;
       nextRoot = copyNextRoot;
       awaitsHonest = updating;
       awaitsLying = updating;
       restored = true;
       hasCopy = false;
       copyProven = 0;
       copyUpdating = false;
       copyNextRoot = 0;
       printf("key service: starts from the copy, at generation %d\n", proven);
       check()
     }
  :: atomic {
       updating ->
       if
       :: claim = INVENTED; printf("lying AP: claims the proof without having it\n")
       :: carriedProof[proven + 1] > 0 ->
          claim = carriedProof[proven + 1];
          printf("lying AP: hands in a proof that it carried\n")
       fi;
       offer(proven + 1, claim);
       claim = 0
     }
  od
}

/* ---- PROTOCOL.md 6 (Device): assembly/station/update.ts, record.ts; APs, section 4: host/ap/accesspoint.ts ---- */

/* An M2 under that generation, and the M3 of an AP that has its PMK: with what the key service says, or a lie. */
inline exchange() {
  generation = newest;
#ifdef DOWNGRADE
  if
  :: hasBefore -> generation = newest - 1
  :: true
  fi;
#endif
  if
  :: honest[generation] > 0 ->
     ap = HONEST;
     commandFor(generation);
     printf("honest AP: confirms an M2 under generation %d\n", generation)
  :: lying[generation] > 0 ->
     ap = LYING;
     printf("lying AP: confirms an M2 under generation %d\n", generation);
     if
     :: commandFor(generation);
        if
        :: command == UPDATE -> carriedUpdate[to] = made
        :: else
        fi
     :: command = NO_COMMAND
     :: command = PROVE
     :: command = UPDATE;
        select(to : 1 .. LAST);
        if
        :: carriedUpdate[to] > 0 -> made = carriedUpdate[to]
        :: made = INVENTED
        fi
     fi
  fi;
  hold(no_downgrade, generation == newest)
}

#ifdef NO_T
#define HAS_T true
#else
#define HAS_T (made != INVENTED)
#endif

/* 0x81 ‖ generation ‖ proof: to the honest AP, who hands it on or loses it, or to the other one. */
inline prove() {
  atomic {
    if
    :: ap == HONEST -> printf("station: proves generation %d\n", newest); offer(newest, root)
    :: ap == LYING ->
       carriedProof[newest] = root;
       printf("station: proves generation %d to the lying AP\n", newest)
    :: printf("station: its proof is lost\n")
    fi
  }
}

proctype Station() {
  byte ap, generation, command, to, made;

end_idle:
  do
  :: atomic { exchange() }
     if
     :: atomic { command == UPDATE && to == generation + 1 && HAS_T ->
          printf("station: takes the UPDATE to generation %d\n", to)
        }
        cut();
        atomic {
          newest = to;
          root = made;
          hasBefore = true;
          printf("station: its root of generation %d is written\n", newest);
          check()
        }
        cut();
        prove()
     :: atomic { command == PROVE || (command == UPDATE && to == generation) -> hasBefore = false }
        prove()
     :: atomic { command == NO_COMMAND -> hasBefore = false }
     :: atomic { command == UPDATE && to != generation && !(to == generation + 1 && HAS_T) ->
          hasBefore = false;
          printf("station: refuses a bad command\n")
        }
     :: atomic { printf("station: power fails before the M3\n"); goto dead }
     fi;
dead:
     atomic { ap = 0; generation = 0; command = 0; to = 0; made = 0 }
  od
}

init {
  atomic { honest[0] = MASTER; lying[0] = MASTER; run Station(); run KeyService() }
}
