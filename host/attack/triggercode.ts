/*
 * A candidate that the profile does not have: M1 ends with a code under a key that is derived from the root ahead of
 * time, and the station checks it before it draws, derives or writes anything.
 *
 *     code = first 4 octets of AES-128-CMAC(K_T, FC ‖ ID ‖ TDC ‖ body without the code)
 *
 * In the numbered form a number stands before the code, LE32, and has to be greater than the last one that the station
 * saw in its power cycle; it keeps that in RAM, for NVM would wear.
 *
 * Assumption: K_T would be 16 octets of the NVM record of their own, KDF-256(root, "AMP trigger", AA ‖ SPA) cut short.
 * The record has no room for them, so the variant takes the 16 octets at NVM offset 36 in their stead: read as long, and
 * as secret. A trigger for all stations would need a key that all of them have: whoever opens one has it.
 */
import { variantModule } from "../build/build.ts";
import type { Edit } from "../build/compile.ts";
import { nodeCrypto } from "../crypto/node.ts";
import { FCS_OCTETS } from "../wire/fcs.ts";
import { concat } from "../wire/octets.ts";
import { emitTrigger, type Trigger } from "../wire/trigger.ts";

const KEY = { offset: 36, octets: 16 } as const;
export const CODE_OCTETS = 4;
const NUMBER_OCTETS = 4;

export type Form = "code" | "numbered code";

/** The device with the check in it. @throws BuildError if the sources have moved on. */
export function triggerCodeModule(form: Form): Promise<Uint8Array<ArrayBuffer>> {
  return variantModule("release", FORMS[form]);
}

const CHECK = `  if (!readNewest()) return NVM_FAILED;`;

const CODE: readonly Edit[] = [
  [
    "assembly/station/exchange.ts",
    `/** M1: the Trigger of`,
    `/** Does M1 end with a right code? Its number, if it has one, comes last: only a right one is kept. */
function isCoded(length: i32): bool {
  const key = BLOCKS + 128;
  if (nvmRead(${KEY.offset}, key, ${KEY.octets})) return false;
  wipe(BLOCKS, 96);
  copyExact(BLOCKS, RX, length - ${CODE_OCTETS});
  cmac(key, BLOCKS, length - ${CODE_OCTETS});
  return !differ(LANES, RX + length - ${CODE_OCTETS}, ${CODE_OCTETS});
}

/** M1: the Trigger of`,
  ],
  ["assembly/station/exchange.ts", CHECK, `  if (!isCoded(length)) return BAD_MIC;\n${CHECK}`],
  [
    "assembly/station/exchange.ts",
    `import { copy, differ, wipe } from "../bytes";`,
    `import { copy, copyExact, differ, wipe } from "../bytes";\nimport { cmac } from "../crypto/cmac";\nimport { nvmRead } from "../env";`,
  ],
  ["assembly/station/exchange.ts", "import { DIGEST, READING,", "import { BLOCKS, LANES, DIGEST, READING,"],
];

const NUMBERED: readonly Edit[] = [
  [
    "assembly/station/exchange.ts",
    "const SNONCES_MAX: i32 = 0x10000;",
    "const SNONCES_MAX: i32 = 0x10000;\n\n/** The number of the last trigger of this power cycle. */\nlet lastNumber: u32 = 0;",
  ],
  [
    "assembly/station/exchange.ts",
    `  if (!readNewest()) return NVM_FAILED;
  if (Cycle.counter`,
    `  const number = load<u32>(RX + length - ${CODE_OCTETS + NUMBER_OCTETS});
  if (number <= lastNumber) return REPLAYED_PN;
  lastNumber = number;
  if (!readNewest()) return NVM_FAILED;
  if (Cycle.counter`,
  ],
];

/** What each form changes in the release station. */
export const FORMS: Readonly<Record<Form, readonly Edit[]>> = { code: CODE, "numbered code": [...CODE, ...NUMBERED] };

/** M1 as an AP would send it to that station; `number` for the numbered form. */
export function codedTrigger(image: Uint8Array, m1: Trigger, number?: number): Uint8Array {
  const own = number === undefined ? new Uint8Array(0) : le32(number);
  const open = emitTrigger({ ...m1, dlData: concat(m1.dlData, own, new Uint8Array(CODE_OCTETS)) });
  const covered = open.subarray(0, open.length - FCS_OCTETS - CODE_OCTETS);
  const key = image.slice(KEY.offset, KEY.offset + KEY.octets);
  const code = nodeCrypto.cmac(key, covered).subarray(0, CODE_OCTETS);
  return emitTrigger({ ...m1, dlData: concat(m1.dlData, own, code) });
}

function le32(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}
