/*
 * What the models share: how a property is stated, and how power fails. Each printf is one line of a counterexample.
 */

/* A property: `condition` has to hold here. Its name is an mtype of the model; ../properties.ts says it in words. */
inline hold(property, condition) {
  if
  :: (condition)
  :: else -> printf("BROKEN %e\n", property); assert(false)
  fi
}

/* Between two atomic steps power may fail: the process goes to its label `dead`. */
inline cut() {
  if
  :: true
  :: atomic { printf("station: power fails\n"); goto dead }
  fi
}
