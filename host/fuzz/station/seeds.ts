/* Sequences to start from: each exchange of PROTOCOL.md once, as it should be. */
import { FORGE_BITS, type Sequence, step, TRIGGER_BITS } from "./step.ts";

const READING = new TextEncoder().encode("21.5 C");
const WORD = new TextEncoder().encode("sleep");

const boot = step("boot");
const answer = step("answer");
const send = step("send");
const reading = (encrypt: number): ReturnType<typeof step> =>
  step("payload", { a: READING.length, b: encrypt, octets: READING });
const trigger = (a: number, octets?: Uint8Array): ReturnType<typeof step> =>
  step("trigger", octets ? { a, octets } : { a });
const { confirm, encrypted, command } = FORGE_BITS;

export const SEEDS: readonly Sequence[] = [
  // every profile and mode, to the end
  ...[0, 1, 2].flatMap((profile) =>
    [0, 1].map((encrypt): Sequence => {
      const data = step("data", { octets: WORD });
      return [
        boot,
        reading(encrypt),
        trigger(profile, WORD),
        answer,
        step("triggerData"),
        data,
        step("received"),
        send,
        answer,
      ];
    }),
  ),
  // repeats, and a second exchange that finds its PMK in the cache
  [boot, trigger(0), step("repeat"), answer, answer, step("repeat"), trigger(0), answer],
  [boot, trigger(1), answer, step("power", { a: 1 }), boot, trigger(1), answer, send],
  [boot, trigger(TRIGGER_BITS.broadcast), answer, step("power", { a: 2 }), boot, trigger(TRIGGER_BITS.alone), answer],
  [
    boot,
    trigger(TRIGGER_BITS.direct),
    step("forge", { a: confirm, b: 1, octets: WORD }),
    step("forge", { b: 2, octets: WORD }),
  ],
  // a root update, its answer, and the next exchange under the new root; the answer lost and asked for again
  [boot, step("update"), trigger(0), answer, answer, trigger(0), answer, step("data", { octets: WORD })],
  [boot, step("update"), trigger(2), answer, step("power"), boot, trigger(2), answer, answer],
  [boot, trigger(0), step("forge", { a: confirm | encrypted | command | 0x20, b: 1 }), trigger(0), answer],
  [boot, trigger(0), step("forge", { a: confirm | encrypted | command | 0x30, b: 1 }), send],
  [boot, trigger(0), step("forge", { a: confirm | encrypted | command | 0x10, b: 1 }), send],
  [boot, trigger(0), step("forge", { a: confirm | encrypted | command, b: 1, octets: WORD }), send],
  // imports that fail
  [boot, step("fault", { a: 1 }), trigger(0), step("power"), boot, trigger(0)],
  [boot, step("fault", { a: 2, b: 1 }), trigger(0), trigger(0)],
  [step("fault", { a: 3 }), boot],
  [boot, step("fault", { a: 4 }), trigger(0), answer, trigger(0)],
  [step("nvm", { a: 4, b: 1, octets: Uint8Array.of(2) }), boot],
];
