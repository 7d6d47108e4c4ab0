/*
 * SNonce and boot counter. Abstracts PROTOCOL.md 4 (AMP-R2), 7 and 8; assembly/station/snonce.ts and record.ts.
 *
 *   SNonce = H(entropy, counter, n), taken for the triple itself: H has no collisions
 *
 * A cell is value(2) ‖ complement(2), octets to base 3: values 0..8, of which 8 has the complement 0 and is never
 * valid; in the station it is four octets to base 256. Entropy or the counter may be dead, not both. Entropy that lives
 * never gives the same twice, so that after a draw nothing older can come again.
 * Bounds: the counter ends at LAST, and the model there; SNONCES in a power cycle. Lives are not bounded.
 */
#include "common.pml"

#define BASE 3
#define TOP 2
#define OCTET_MAX TOP
#define OCTETS 8
#include "nvm.pml"

mtype = { sNonce_fresh };

bool entropyLives = true, counterLives = true;
/* By counter: the n that an M2 on the air was made with, one bit each. */
byte used[LAST + 1];

#define VALUE(cell) (BASE * nvm[cell] + nvm[(cell) + 1])
#define HAS_CHECK(cell) (nvm[(cell) + 2] + nvm[(cell) + 3] > 0)
#define FITS(at) (nvm[at] + nvm[(at) + 2] == TOP)
#define RAISED(cell) (HAS_CHECK(cell) && FITS(cell) && FITS((cell) + 1) -> VALUE(cell) + 1 : 0)

/* The greater valid cell plus 1 goes to the other; equal: cell 0 is it; none valid: 1 goes to cell 0. */
inline readCells() {
  atomic {
    if
    :: a = RAISED(0); b = RAISED(4)
    :: printf("station: the counter cells cannot be read\n");
#ifndef UNREADABLE_IS_ZERO
       goto end_idle
#endif
    fi;
    raised = (b > a -> b : (a > 0 -> a : 1));
    target = (a > 0 && b <= a -> 4 : 0);
#ifdef SAME_CELL
    target = (b > a -> 4 : 0);
#endif
    a = 0;
    b = 0;
    if
    :: raised > LAST -> goto end_last
    :: else
    fi
  }
}

/* Drawn and tested, before the counter is raised. */
inline drawEntropy() {
  atomic {
    if
    :: printf("station: entropy fails its test\n"); goto end_idle
    :: entropyLives ->
#ifndef NO_ENTROPY
       do
       :: a <= LAST -> used[a] = 0; a++
       :: else -> a = 0; break
       od
#endif
    :: !entropyLives
    fi
  }
}

/* commit() of a cell: its check field := 0 unless it is 0; the value; the check field. Worn cells refuse all writes. */
inline writeCell() {
  if
  :: counterLives ->
     if
     :: HAS_CHECK(target) -> octets2(target + 2, 0, 0)
     :: else
     fi;
     octets2(target, raised / BASE, raised % BASE);
     octets2(target + 2, TOP - raised / BASE, TOP - raised % BASE)
  :: else
  fi
}

/* PROTOCOL.md 4 (AMP-R2): assembly/station/snonce.ts (startCycle, drawSNonce), called from exchange.ts (trigger). */
active proctype Station() {
  byte counter, n, raised, target, a, b, junk;

  atomic {
    nvm[2] = TOP;
    nvm[3] = TOP;
#ifndef BOTH_DEAD
    if
    :: printf("station: entropy and counter cells are good\n")
    :: counterLives = false; printf("station: its counter cells are worn out and keep what they hold\n")
    :: entropyLives = false; printf("station: its entropy is constant\n")
    fi
#else
    counterLives = false; entropyLives = false; printf("station: its entropy is constant, its cells are worn out\n")
#endif
  }

end_idle:
  if
  :: atomic { counter == 0 -> printf("station: the first M1 of this life comes\n") }
     readCells();
     drawEntropy();
     cut();
#ifdef COUNTER_AFTER_USE
     skip;
#else
#ifdef NO_COUNTER
     raised = 1;
#else
     writeCell();
#endif
#endif
     counter = raised
  :: atomic { counter > 0 && n < SNONCES -> printf("station: another M1 comes\n") }
#ifdef N_WRAPS
  :: atomic { counter > 0 && n == SNONCES -> n = 0; printf("station: another M1 comes\n") }
#endif
  :: atomic { printf("station: power fails\n"); goto dead }
  fi;
  cut();
  atomic {
    printf("station: M2 with an SNonce of counter %d and n = %d\n", counter, n);
    hold(sNonce_fresh, !(used[counter] & (1 << n)));
    used[counter] = used[counter] | (1 << n);
    n++
  }
#ifdef COUNTER_AFTER_USE
  if
  :: n == 1 -> writeCell()
  :: else
  fi;
#endif
  goto end_idle;

dead:
  atomic { counter = 0; n = 0; raised = 0; target = 0; a = 0; b = 0; junk = 0 }
  goto end_idle;

end_last:
  false
}
