/** What was taken in favour of RSN where the two cannot be alike; told with every comparison. */
export const VERSUS_ASSUMPTIONS =
  "Same core, crypto, meter, air and rates; RSN waits for a Beacon each 102.4 ms, sleeps between readings, never collides, " +
  "has its acknowledgements for nothing and an AP that answers at once. AMP makes a session for every reading.";
