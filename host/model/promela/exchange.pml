/*
 * The exchange of one station and one AP over an air that an attacker owns. Abstracts PROTOCOL.md 3, 4, 4a.
 *
 * Dolev and Yao: each frame that was ever on the air can come to anyone at any time, any number of times, or never:
 * loss, duplication, reordering and replay are all of them that choice. A frame is taken only if its MIC was made with
 * the right key over the right octets: a PTK is the pair (ANonce, SNonce) itself, and the attacker has none. He makes
 * M1s, of his own ANonce (0) or of an AP's with other DL data ("altered").
 * An SNonce is (entropy, counter, n) as in snonce.pml, where a write of the counter takes one step, not eight.
 * Bounds: one station, one AP; TRIGGERS of the AP, LIVES of the station, RESTARTS of the AP, M2S on the air, SNONCES a
 * life, DATA frames a session in each direction, two readings, two contents of an M3.
 */
#include "common.pml"

mtype = { key_and_pn, agreement, once, one_an_aNonce, receipt, genuine_m3, genuine_data, nothing_from_m1_alone };

/* On the air. An M1 is 2 * ANonce + (altered -> 1 : 0); those of the AP are 2, 4, ... 2 * issued. */
byte issued;
typedef Response { byte m1; byte sNonce; byte ptkNonce; byte reading };
Response m2[M2S];
byte m2s;
/* By M2, that is by session: the content of its M3, and of the Data frames of PN 2, 3, ...; 0: there is none. */
byte m3[M2S];
byte upData[M2S * DATA];
byte downData[M2S * DATA];

/* What observers know. By M2: it was taken, its reading is durable. By UL Data frame: it was taken. */
bool taken[M2S];
bool durable[M2S];
bool upTaken[M2S * DATA];

#define A_NONCE(m1) ((m1) / 2)
#define NO_ONE M2S
#define IS_SAME_M2(i) (m2[i].m1 == m1 && m2[i].sNonce == sNonce && m2[i].reading == reading)
#define PN_INDEX(session, pn) ((session) * DATA + (pn) - 2)

/* ---- The station: assembly/station/exchange.ts, snonce.ts; assembly/index.ts (amp_set_payload, amp_send) ---- */

#define IDLE 1
#define WAITING 2
#define SECURE 3

byte counterCell;
bool entropyLives = true, counterLives = true;

/* Its M2 goes on the air. The frames of one PTK with PN 1 have to be one frame. */
inline sendM2() {
  atomic {
    printf("station: M2 #%d to ANonce %d, SNonce (%d, %d", m2s, A_NONCE(m1), sNonce / 16, (sNonce / 4) % 4);
    printf(", %d), with reading %d\n", sNonce % 4, reading);
    i = 0;
    do
    :: i < m2s ->
       hold(key_and_pn, A_NONCE(m2[i].m1) != A_NONCE(m1) || m2[i].ptkNonce != ptkNonce || IS_SAME_M2(i));
       i++
    :: else -> break
    od;
    i = 0;
    m2[m2s].m1 = m1;
    m2[m2s].sNonce = sNonce;
    m2[m2s].ptkNonce = ptkNonce;
    m2[m2s].reading = reading;
    mine = m2s;
    m2s++;
    kept = true
  }
}

/* The first M1 of a life: entropy, then the counter. An octet tells no more than 3 LIVES and 4 SNONCES apart. */
inline startCycle() {
  atomic {
    if
    :: entropyLives -> entropy = life
    :: else -> entropy = 0
    fi;
    counter = counterCell + 1
  }
  cut();
#ifndef COUNTER_AFTER_USE
  atomic {
    if
    :: counterLives -> counterCell = counter; printf("station: raises its boot counter to %d\n", counter)
    :: else
    fi
  }
  cut();
#endif
#ifdef NO_COUNTER
  counter = 1;
#endif
}

/* Taken from M3: receipt, DL data of M1, perhaps a command. */
inline takeM3(session) {
  printf("station: takes the M3 of M2 #%d, content %d\n", session, m3[session]);
  hold(genuine_m3, session == mine && m3[session] > 0);
  hold(receipt, durable[session]);
  hold(nothing_from_m1_alone, m1 % 2 == 0);
  state = SECURE;
  kept = false;
  upPn = 1;
  downPn = 1
}

/* PROTOCOL.md 4a. What comes is whatever was ever on the air: a choice in each option. */
active proctype Station() {
  byte state = IDLE, life = 1, m1, came, entropy, counter, n, sNonce, ptkNonce, mine = NO_ONE, upPn, downPn, i;
  byte reading = 1;
  bool kept;

  if
  :: true
  :: atomic { entropyLives = false; printf("station: its entropy is constant\n") }
  :: atomic { counterLives = false; printf("station: its counter cells are worn out\n") }
  fi;

end_on:
  do
  :: atomic { /* An M1: an AP's, as it was or altered, or the attacker's own. */
       m2s < M2S && n < SNONCES ->
       select(came : 1 .. 2 * issued + 1);
       if
       :: state == SECURE && came == m1 -> came = 0; goto end_on
       :: state == WAITING && came == m1 && kept -> came = 0; goto end_on
       :: else
       fi;
       if
       :: came % 2 == 0 -> printf("station: hears M1 of ANonce %d\n", A_NONCE(came))
       :: came == 1 -> printf("station: hears M1 of the attacker\n")
       :: else -> printf("station: hears M1 of ANonce %d, altered by the attacker\n", A_NONCE(came))
       fi
     }
#ifdef PTK_OVER_M1
     if
     :: state != IDLE ->
        atomic {
          printf("station: M2 to ANonce %d under the PTK that it has, with reading %d\n", A_NONCE(came), reading);
          hold(key_and_pn, came == m1 && reading == m2[mine].reading)
        }
     :: else
     fi;
#endif
     if
     :: counter == 0 -> startCycle()
     :: else
     fi;
     atomic { /* R5: here the session before it ends. */
       m1 = came;
       came = 0;
       sNonce = entropy * 16 + counter * 4 + n;
       n++;
#ifdef PTK_BEFORE_SNONCE
       ptkNonce = (mine == NO_ONE -> 0 : m2[mine].sNonce);
#else
       ptkNonce = sNonce;
#endif
       state = WAITING;
       upPn = 0;
       downPn = 0;
       mine = NO_ONE
     }
     cut();
     sendM2();
#ifdef COUNTER_AFTER_USE
     cut();
     if
     :: n == 1 && counterLives -> counterCell = counter
     :: else
     fi
#endif

  :: atomic { /* The same M1 again. */
       state == WAITING && !kept && m2s < M2S && n < SNONCES ->
       printf("station: hears the same M1 again\n");
#ifdef M2_REBUILT
       kept = true;
       printf("station: M2 with the same SNonce, and reading %d\n", reading);
       hold(key_and_pn, reading == m2[mine].reading)
#else
       sNonce = entropy * 16 + counter * 4 + n;
       ptkNonce = sNonce;
       n++;
       mine = NO_ONE
#endif
     }
     cut();
#ifndef M2_REBUILT
     sendM2()
#endif

  :: atomic { /* amp_set_payload: what would change the kept M2 drops it. */
       state != SECURE && reading == 1 -> reading = 2; kept = false; printf("station: has reading 2 now\n")
     }

  :: atomic { /* An M3 whose MIC is right: made under that PTK, over that M1. */
       state == WAITING && mine != NO_ONE ->
       select(i : 0 .. M2S - 1);
       if
       :: i < m2s && m3[i] > 0 && m2[i].m1 == m1 && m2[i].ptkNonce == ptkNonce -> takeM3(i)
       :: else
       fi;
       i = 0
     }

#ifdef COMMAND_BEFORE_MIC
  :: atomic { /* The attacker's. */
       state == WAITING && mine != NO_ONE ->
       printf("station: hears an M3 of the attacker, obeys its command, then checks its MIC\n");
       hold(genuine_m3, false)
     }
#endif
#ifdef DL_DATA_BEFORE_M3
  :: atomic { state == WAITING ->
       printf("station: hands out the DL data of M1\n");
       hold(nothing_from_m1_alone, m1 % 2 == 0)
     }
#endif

  :: atomic { /* DL Data. */
       state == SECURE ->
       select(i : 2 .. DATA + 1);
       if
#ifdef DL_PN_UNCHECKED
       :: downData[PN_INDEX(mine, i)] > 0 ->
#else
       :: i > downPn && downData[PN_INDEX(mine, i)] > 0 ->
#endif
          printf("station: takes DL Data with PN %d\n", i);
          hold(genuine_data, i > downPn);
          downPn = i
       :: else
       fi;
       i = 0
     }

  :: atomic { /* amp_send, or the answer to a command. */
       state == SECURE && upPn <= DATA ->
       upPn++;
       printf("station: UL Data with PN %d\n", upPn);
       hold(key_and_pn, upData[PN_INDEX(mine, upPn)] == 0);
       upData[PN_INDEX(mine, upPn)] = 1
     }

  :: atomic { life < LIVES -> printf("station: power fails\n"); goto dead }
  od;

dead: /* amp_boot wipes all RAM state. */
  if
  :: atomic {
       life < LIVES ->
       life++;
       came = 0; entropy = 0; counter = 0; n = 0; i = 0; reading = 1; kept = false;
#ifdef PTK_OVER_DEATH
       upPn = 1; downPn = 1
#else
       state = IDLE; m1 = 0; sNonce = 0; ptkNonce = 0; mine = NO_ONE; upPn = 0; downPn = 0
#endif
     }
     goto end_on
  :: else
  fi
}

/* ---- The AP: host/ap/accesspoint.ts, opentrigger.ts, session.ts. Its caller stores readings durably. ---- */

#define NONE 0
#define PENDING 1
#define STORED 2
#define CONFIRMED 3

/* An M2 with a right MIC, under the open ANonce. */
inline takeM2() {
  printf("AP: takes M2 #%d under ANonce %d\n", i, open);
  hold(once, !taken[i]);
  hold(agreement, A_NONCE(m2[i].m1) == open && m2[i].m1 % 2 == 0 && m2[i].ptkNonce == m2[i].sNonce);
  k = 0;
  do
  :: k < m2s -> hold(one_an_aNonce, k == i || !taken[k] || A_NONCE(m2[k].m1) != open); k++
  :: else -> break
  od;
  k = 0;
  taken[i] = true;
  stage[i] = PENDING;
  last = i;
  session = i;
  upLast = 1;
  downLast = 0
}

#ifdef NO_BINDING
#define MIC_FITS(i) (A_NONCE(m2[i].m1) == open && m2[i].ptkNonce == m2[i].sNonce)
#else
#define MIC_FITS(i) (m2[i].m1 == 2 * open && m2[i].ptkNonce == m2[i].sNonce)
#endif
#ifdef SECOND_M2
#define NOT_YET(i) (last != i)
#else
#define NOT_YET(i) (last == NO_ONE)
#endif

/* PROTOCOL.md 4 (AMP-R3). */
active proctype AccessPoint() {
  byte open, last = NO_ONE, session = NO_ONE, upLast, downLast, restarts, i, k;
  byte stage[M2S];

end_listening:
  do
  :: atomic { issued < TRIGGERS -> issued++; open = issued; last = NO_ONE; printf("AP: M1 with ANonce %d\n", open) }

  :: atomic { /* An M2. Another MIC: counted, dropped. The same M2 again: the same M3 again. A second one: dropped. */
       open > 0 && m2s > 0 ->
       select(i : 0 .. M2S - 1);
       if
       :: i < m2s && MIC_FITS(i) && NOT_YET(i) -> takeM2()
       :: else
       fi;
       i = 0
     }
#ifdef TAG_BY_PREFIX
  :: atomic { open > 0 -> printf("AP: takes an M2 of the attacker, whose MIC begins right\n"); hold(agreement, false) }
#endif

  :: atomic { /* The caller has stored it. */
       select(i : 0 .. M2S - 1);
       if
       :: stage[i] == PENDING ->
          stage[i] = STORED;
          durable[i] = true;
          printf("AP: the reading of M2 #%d is stored\n", i)
       :: else
       fi;
       i = 0
     }

  :: atomic { /* Its M3, if its session is still open and its PTK there. */
       last != NO_ONE && session == last ->
       i = last;
       if
#ifdef M3_BEFORE_STORED
       :: stage[i] == PENDING || stage[i] == STORED ->
#else
#ifdef M3_MADE_ANEW
       :: stage[i] >= STORED ->
#else
       :: stage[i] == STORED ->
#endif
#endif
          stage[i] = CONFIRMED;
          downLast = 1;
          select(k : 1 .. 2);
          printf("AP: M3 of M2 #%d, content %d\n", i, k);
          hold(key_and_pn, m3[i] == 0 || m3[i] == k);
          m3[i] = k;
          k = 0
       :: else
       fi;
       i = 0
     }

  :: atomic { /* UL Data. */
       session != NO_ONE && downLast > 0 ->
       select(i : 2 .. DATA + 1);
       if
#ifdef UL_PN_UNCHECKED
       :: upData[PN_INDEX(session, i)] > 0 ->
#else
       :: i > upLast && upData[PN_INDEX(session, i)] > 0 ->
#endif
          printf("AP: takes UL Data with PN %d\n", i);
          hold(genuine_data, !upTaken[PN_INDEX(session, i)]);
          upTaken[PN_INDEX(session, i)] = true;
          upLast = i
       :: else
       fi;
       i = 0
     }

  :: atomic { /* DL Data. */
       session != NO_ONE && downLast > 0 && downLast <= DATA ->
       downLast++;
       printf("AP: DL Data with PN %d\n", downLast);
       hold(key_and_pn, downData[PN_INDEX(session, downLast)] == 0);
       downData[PN_INDEX(session, downLast)] = 1
     }

  :: atomic { open > 0 -> open = 0; last = NO_ONE; printf("AP: its session closes\n") }
  :: atomic { session != NO_ONE ->
       session = NO_ONE;
       upLast = 0;
       downLast = 0;
       printf("AP: forgets a PTK after 60 s\n")
     }

  :: atomic { /* accesspoint.ts: restart. */
       restarts < RESTARTS ->
       restarts++;
       printf("AP: restarts\n");
       i = 0;
       do
       :: i < M2S -> stage[i] = NONE; i++
       :: else -> break
       od;
       i = 0;
#ifndef AP_KEEPS_ANONCE
       open = 0;
#endif
       last = NO_ONE; session = NO_ONE; upLast = 0; downLast = 0
     }
  od
}
