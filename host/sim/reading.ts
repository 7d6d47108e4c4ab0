/*
 * Readings as a simulated sensor gives them: no two of a run are the same while they have six octets or more.
 *
 *     BE32 sample ‖ BE16 station ‖ filler, from the right end if there is no room for all
 */

/** The sample of that number from that station, `octets` long. */
export function readingOf(station: number, sample: number, octets: number): Uint8Array<ArrayBuffer> {
  const reading = new Uint8Array(octets);
  const value = (sample * 0x9e3779b1 + station * 0x85ebca6b) >>> 0;
  for (let i = 0; i < octets; i++) reading[i] = i < HEAD ? 0 : (value >>> (8 * (i & 3))) & 0xff;
  const head = [sample >>> 24, sample >>> 16, sample >>> 8, sample, station >>> 8, station];
  const length = Math.min(HEAD, octets);
  // Short readings keep what differs most: the low octets of the sample.
  const from = octets >= HEAD ? 0 : Math.max(0, 4 - length);
  for (let i = 0; i < length; i++) reading[i] = head[from + i] & 0xff;
  return reading;
}

const HEAD = 6;
