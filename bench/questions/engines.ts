/*
 * Hardware for AES and SHA-256 beside the CPU, put in the place of the two functions that are nothing else: every call of
 * the block cipher works on two blocks, every call of the compression on one.
 *
 *     cycles = cycles of the rest + blocks x cycles of a block in the engine
 *
 * Assumption: the CPU waits, at the energy of a cycle in which it runs, and the engine adds nothing to that; key schedules
 * are blocks like others; what a driver does around a block is in the band. The cycles of a block stand in data sheets, but
 * of one engine each: that they hold for an engine beside any of these CPUs is assumed.
 */

import { assumed, type Quantity } from "../../host/energy/quantity.ts";
import { FUEL_PER_CYCLE } from "../../host/sim/supply.ts";
import type { Call, Exchange } from "./exchange.ts";

/** Cycles of one block. */
export interface Engines {
  readonly aes?: Quantity;
  readonly sha?: Quantity;
}

/** A driver that loads words one by one, waits and reads them takes longer than the engine, not less. */
const DRIVER = [1, 4] as const;

export const AES = assumed(51, "cycles", "from ST RM0456 (STM32U5), AES-128 ECB encryption", DRIVER);
export const SHA = assumed(66, "cycles", "from ST RM0090, SHA-256: 50 cycles a block, and 16 to load it", DRIVER);

const AES_FUNCTION = "crypto/aes/encrypt";
const SHA_FUNCTION = "crypto/sha256/compress";
const LANES = 2;

/** What a call asks of engines, if it has them. */
export function blocksOf({ functions }: Call): { readonly aes: number; readonly sha: number } {
  return { aes: LANES * (functions[AES_FUNCTION]?.calls ?? 0), sha: functions[SHA_FUNCTION]?.calls ?? 0 };
}

/** The exchange as it would be with these engines. */
export function withEngines({ boot, m2, m3, ...octets }: Exchange, engines: Engines): Exchange {
  return { ...octets, boot: replaced(boot, engines), m2: replaced(m2, engines), m3: replaced(m3, engines) };
}

function replaced(call: Call, { aes, sha }: Engines): Call {
  const blocks = blocksOf(call);
  const functions = { ...call.functions };
  const put = (name: string, count: number, cycles: Quantity | undefined): void => {
    if (cycles && count > 0) functions[name] = { ...functions[name], fuel: count * cycles.value * FUEL_PER_CYCLE };
  };
  put(AES_FUNCTION, blocks.aes, aes);
  put(SHA_FUNCTION, blocks.sha, sha);
  return { ...call, functions };
}
