import type { z } from "zod";
import type { Figures } from "../../host/bench/bench.ts";
import type { RESULT } from "./schema.ts";

export type HandshakeResult = z.output<typeof RESULT>;
export type WayRow = HandshakeResult["ways"][number];
export type RandomResult = HandshakeResult["random"];

/** Less is better, of every one; exact counts only, of what this project made. */
export function handshakeFigures({ ways }: HandshakeResult): Figures {
  return Object.fromEntries(
    ways.flatMap(({ name, wasm, m4, dl_octets, ul_octets }) => [
      ...(wasm === null
        ? []
        : [
            [`${name}: octets`, dl_octets + ul_octets],
            [`${name}: wasm instructions`, wasm],
          ]),
      ...(m4 === null ? [] : [[`${name}: Cortex-M4 instructions`, m4]]),
    ]),
  );
}
