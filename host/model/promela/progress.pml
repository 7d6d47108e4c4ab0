/*
 * That it goes on: a station, its AP and the key service, each of which goes on as long as it can (weak fairness), on
 * power and air that fail a bounded number of times and then last. Abstracts PROTOCOL.md 4, 4a (AMP-R7) and 6.
 *
 * The AP's timer runs out when nothing that it waits for can come any more, that is, power lasts long enough for one
 * exchange. As many ANonces as there are sessions that a frame on the air can be of tell them apart.
 * Bounds: DEATHS of the station, LOSSES of frames, FORGED M1s, RESTARTS of the AP, CRASHES of the key service, COPIES
 * of its store put back (each one update old), generations 0..LAST.
 */
#include "common.pml"

mtype = { M1, M2, M3, PROOF, nothing, UPDATE, PROVE };

/* Frame, ANonce, command; in an M2 and a PROOF the generation. */
chan toStation = [1] of { mtype, byte, mtype };
chan toAp = [1] of { mtype, byte, byte };
byte losses;
/* The station is at work on a frame. */
bool busy;

/* The key service's record; whether the AP has committed what it was last given: PMKs of these generations. */
byte proven, pmkFirst, pmkLast;
bool updating, served = true;
/* The station's newest root, and whether it has taken the M3 that answers the M1 which was sent last. */
byte newest;
bool confirmed;

/* Readings are confirmed again and again for ever, and the update comes to its end at both ends. */
#ifdef LIVENESS
ltl goes_on { ([]<> confirmed) && (<>[] (proven == LAST && newest == LAST)) }
#endif

inline transmit(air, frame, aNonce, what) {
  if
  :: air!frame, aNonce, what
  :: atomic { losses < LOSSES -> losses++; printf("air: loses the %e\n", frame) }
  fi
}

/* ---- PROTOCOL.md 4a, 6: assembly/station/exchange.ts, snonce.ts, update.ts ---- */

#define IDLE 1
#define WAITING 2
#define SECURE 3

inline mayDie() {
  if
  :: true
  :: atomic { deaths < DEATHS -> deaths++; printf("station: power fails\n"); goto dead }
  fi
}

#if defined(WAITS_FOR_M3)
#define TAKES_M1 (state != WAITING)
#elif defined(DEAF_WHEN_SECURE)
#define TAKES_M1 (state != SECURE)
#else
#define TAKES_M1 true
#endif

active proctype Station() {
  byte deaths, forged, state = IDLE, aNonce, session;
  mtype what = nothing;
  bool counterLives = true;

  if
  :: true
  :: atomic { counterLives = false; printf("station: its counter cells are worn out\n") }
  fi;

end_on:
  do
  :: atomic { TAKES_M1 && toStation?[M1, _, _] ->
       toStation?M1(session, what);
       busy = true;
       printf("station: hears the M1 of ANonce %d\n", session)
     }
     mayDie();
#ifdef COUNTER_SILENCES
     if
     :: counterLives
     :: else -> goto dead
     fi;
#endif
     atomic { state = WAITING; printf("station: M2 under generation %d\n", newest) }
     transmit(toAp, M2, session, newest);
     busy = false

  :: atomic { toStation?M3(aNonce, what); busy = true }
     if
     :: atomic { state == WAITING && aNonce == session ->
          state = SECURE;
          confirmed = true;
          printf("station: takes the M3 with %e\n", what)
        }
        mayDie();
        if
        :: atomic { what == UPDATE -> newest++; printf("station: its root of generation %d is written\n", newest) }
        :: what == PROVE
        :: atomic { what == nothing -> busy = false; goto end_on }
        fi;
        mayDie();
        printf("station: proves generation %d\n", newest);
        transmit(toAp, PROOF, session, newest)
     :: else -> printf("station: drops an M3 that is not of its session\n")
     fi;
     busy = false

  :: atomic { forged < FORGED ->
       forged++;
       state = WAITING;
       session = 0;
       printf("station: answers a forged M1, its session ends\n")
     }
  :: atomic { deaths < DEATHS -> deaths++; printf("station: power fails\n"); goto dead }
  od;

dead:
  atomic { state = IDLE; busy = false; session = 0; aNonce = 0; what = nothing }
  goto end_on
}

/* ---- PROTOCOL.md 4: host/ap/accesspoint.ts, author.ts; section 6: what it asks of host/keys/service.ts ---- */

inline commandFor(generation) {
  if
  :: updating && generation == proven && served -> command = UPDATE
#ifndef PROOF_ASKED_ONCE
  :: updating && generation == proven + 1 -> command = PROVE
#endif
  :: else -> command = nothing
  fi
}

active proctype AccessPoint() {
  byte restarts, open, aNonce, generation;
  mtype command = nothing;

again:
  atomic {
    confirmed = false;
    open = open % (RESTARTS + 1) + 1;
    printf("AP: M1 with ANonce %d\n", open)
  }
  transmit(toStation, M1, open, nothing);

waiting:
  do
  :: toAp?M2(aNonce, generation) ->
     if
     :: aNonce == open && generation >= pmkFirst && generation <= pmkLast ->
        atomic { commandFor(generation); printf("AP: takes the M2, its M3 has %e\n", command) }
        transmit(toStation, M3, open, command);
        command = nothing
     :: atomic { aNonce == open && (generation < pmkFirst || generation > pmkLast) ->
          served = served && generation != proven && !(updating && generation == proven + 1);
          printf("AP: has no PMK of generation %d, asks the key service\n", generation)
        }
     :: aNonce != open -> printf("AP: drops an M2 that is not of its session\n")
     fi
  :: atomic { toAp?PROOF(aNonce, generation) ->
       printf("AP: hands on the proof\n");
       if
       :: updating && generation == proven + 1 -> proven++; updating = false; served = false
       :: else
       fi
     }
#ifndef AP_WAITS
  :: atomic { !busy && empty(toAp) && empty(toStation) -> printf("AP: nothing comes any more\n"); goto again }
#else
  :: atomic { !busy && confirmed && empty(toAp) && empty(toStation) -> goto again }
#endif
  :: atomic { restarts < RESTARTS -> restarts++; printf("AP: restarts\n"); goto again }
  od
}

/* ---- PROTOCOL.md 6 (Key service): host/keys/service.ts ---- */

active proctype KeyService() {
  byte crashes, copies;

end_service:
  do
  :: atomic { !updating && proven < LAST ->
       updating = true;
       served = false;
       printf("key service: commits the update to generation %d\n", proven + 1)
     }
  :: atomic { !served ->
       pmkFirst = proven;
       pmkLast = proven + updating;
       served = true;
       printf("AP: commits its PMKs of generations %d to %d\n", pmkFirst, pmkLast)
     }
  :: atomic { crashes < CRASHES -> crashes++; served = false; printf("key service: crashes\n") }
  :: atomic { copies < COPIES && updating ->
       copies++;
       updating = false;
       served = false;
       printf("key service: starts from a copy that does not know the update yet\n")
     }
  :: atomic { copies < COPIES && !updating && proven > 0 ->
       copies++;
       proven--;
       served = false;
       printf("key service: starts from a copy of before the last update\n")
     }
  od
}
