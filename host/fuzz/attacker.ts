/*
 * An attacker of somebody's own, plugged into the loop: half of all inputs are asked of it.
 *
 *     export default { input(random, corpus) { ... } } satisfies Attacker<Sequence>;
 *
 * It gets a stream to draw from (uniform, whole, fill) and the corpus, to change its inputs or to begin anew, and answers
 * an input of the target: for the station a Sequence (station/step.ts), for all others octets or text as the target's
 * inputs are. undefined leaves this input to the built-in mutator. It must draw only from the stream given, or the same
 * seed is no longer the same run; and it must not change the inputs of the corpus.
 */
import type { Stream } from "../sim/streams.ts";

export interface Attacker<Input> {
  input(random: Stream, corpus: readonly Input[]): Input | undefined;
}
