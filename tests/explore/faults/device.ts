/**
 * Known errors of a station, planted into a copy of its sources: one module, in which a test switches one of them on.
 * Each is one that someone could really make, and that no test of single frames has to find.
 */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBuilt, ROOT } from "../../../host/build/build.ts";
import { TARGETS } from "../../../host/build/targets.ts";
import type { WitnessedRule } from "../../../host/observer/witness.ts";

/** Each match of `at` becomes `becomes`; FAULT stands for "this fault is on". */
interface Edit {
  readonly file: string;
  readonly at: RegExp;
  readonly becomes: string;
}

export interface Fault {
  readonly name: string;
  /** Where it shows, and what it breaks there. */
  readonly exchange: string;
  readonly environment?: string;
  readonly breaks: WitnessedRule;
}

interface DeviceFault extends Fault {
  readonly edits: readonly Edit[];
}

const EXCHANGE = "assembly/station/exchange.ts";
const SNONCE = "assembly/station/snonce.ts";
const UPDATE = "assembly/station/update.ts";
const KEYS = "assembly/station/keys.ts";
const INDEX = "assembly/index.ts";

const RAISE_LATE = `
class Late {
  static now: bool = false;
}
export function raiseLate(): void {
  if (nvmRead(NVM_CELL, MESSAGE, 16)) return;
  Late.now = true;
  raiseCounter();
  Late.now = false;
}

$&`;

const REBUILD = `$&
    if (FAULT) {
      Session.keptM2 = seal(FC_RESPONSE, sessionNonce(), READING, Session.readingLength, Session.encrypt);
      return Session.keptM2;
    }`;

const KEYS_FIRST = `  reorder(DIGEST, sessionNonce());
  const s0 = load<u64>(DIGEST);
  const s1 = load<u64>(DIGEST, 8);
  const s2 = load<u64>(DIGEST, 16);
  const s3 = load<u64>(DIGEST, 24);
  if (!FAULT) copy(TX + BODY, DIGEST, sessionNonce());
  makeKeys();
  if (FAULT) {
    store<u64>(TX + BODY, s0);
    store<u64>(TX + BODY, s1, 8);
    store<u64>(TX + BODY, s2, 16);
    store<u64>(TX + BODY, s3, 24);
  }`;

const HOUSEKEEPING_FIRST = `  if (FAULT && isConfirm) {
    afterConfirm(-1);
    Session.cacheMissed = false;
  }
$&`;

const UNREAD_IS_ZERO = `  if (nvmRead(NVM_CELL, MESSAGE, 16)) {
    if (!FAULT) return NVM_FAILED;
    wipe(MESSAGE, 32);
  }`;

const CHECK_FIRST = `  if (FAULT) {
    if (load<u32>(image + body) && nvmWrite(offset + body, image + body, 4)) return -1;
    return nvmWrite(offset, image, body);
  }
$&`;

export const DEVICE_FAULTS: readonly DeviceFault[] = [
  {
    name: "the boot counter is raised after its use, behind the M3",
    exchange: "m1-first",
    environment: "entropy-constant",
    breaks: "AMP-R2",
    edits: [
      { file: SNONCE, at: / {2}commit\(a && b <= a [^;]*;/, becomes: "  if (!FAULT || Late.now) $&" },
      { file: SNONCE, at: /\/\*\*\n \* Draws, tests and counts/, becomes: RAISE_LATE },
      {
        file: UPDATE,
        at: /export function afterConfirm\(command: i32\): i32 \{/,
        becomes: "$& if (FAULT) raiseLate();",
      },
      {
        file: UPDATE,
        at: /import \{ Session \} from ".\/session";/,
        becomes: '$&\nimport { raiseLate } from "./snonce";',
      },
    ],
  },
  {
    name: "an SNonce is made without the boot counter",
    exchange: "m1-first",
    environment: "entropy-constant",
    breaks: "AMP-R2",
    edits: [{ file: SNONCE, at: /bswap<u32>\(Cycle\.counter\)/, becomes: "(FAULT ? 0 : $&)" }],
  },
  {
    name: "the kept M2 is rebuilt with another reading",
    exchange: "m1-first",
    breaks: "AMP-R1",
    edits: [{ file: EXCHANGE, at: /if \(Session\.keptM2\) return Session\.keptM2;/, becomes: REBUILD }],
  },
  {
    name: "the PTK is taken before the SNonce is in place",
    exchange: "m1-first",
    breaks: "AMP-R1",
    edits: [
      {
        file: EXCHANGE,
        at: / {2}reorder\(DIGEST, sessionNonce\(\)\);\n.*copy\(TX \+ BODY.*\n.*makeKeys\(\);/,
        becomes: KEYS_FIRST,
      },
    ],
  },
  {
    name: "a tag is compared by its first four octets",
    exchange: "m3",
    breaks: "AMP-R4",
    edits: [
      {
        file: "assembly/frame/downlink.ts",
        at: /PN_SIZE \+ size, sessionMic\(\)\)/,
        becomes: "PN_SIZE + size, FAULT ? 4 : sessionMic())",
      },
    ],
  },
  {
    name: "a check field is written before what it checks",
    exchange: "m3-update",
    breaks: "section 7",
    edits: [
      {
        file: "assembly/station/record.ts",
        at: / {2}if \(nvmWrite\(offset, image, body\)\) return -1;/,
        becomes: CHECK_FIRST,
      },
    ],
  },
  {
    name: "the PMK cache is written by an M1",
    exchange: "m1-first",
    breaks: "section 7",
    edits: [
      { file: KEYS, at: / {2}if \(!Session\.cacheMissed\) dropEntry\(\);/, becomes: "  if (FAULT) fill();\n$&" },
      { file: KEYS, at: /import \{ dropEntry,/, becomes: "import { fill, dropEntry," },
    ],
  },
  {
    name: "what an M3 sets off is done before its MIC is looked at",
    exchange: "m3",
    breaks: "AMP-R4",
    edits: [{ file: EXCHANGE, at: / {2}const payload = open\(length\);/, becomes: HOUSEKEEPING_FIRST }],
  },
  {
    name: "state 3 is entered before the MIC is looked at",
    exchange: "m3",
    breaks: "AMP-R4",
    edits: [
      {
        file: EXCHANGE,
        at: / {2}const payload = open\(length\);/,
        becomes: "  if (FAULT) Session.state = SECURE;\n$&",
      },
    ],
  },
  {
    name: "amp_boot trusts the RAM that it finds",
    exchange: "m3",
    breaks: "AMP-R5",
    edits: [
      { file: "assembly/station/boot.ts", at: / {2}wipe\(LANE_1, RAM_SIZE - 16\);/, becomes: "  if (!FAULT) $&" },
    ],
  },
  {
    name: "the next root is written over the newest",
    exchange: "m3-update",
    breaks: "AMP-R7",
    edits: [
      { file: UPDATE, at: /const slot = otherSlot\(\);/, becomes: "const slot = FAULT ? Root.newest : otherSlot();" },
    ],
  },
  {
    name: "DL Data do not advance their PN",
    exchange: "data-down",
    breaks: "AMP-R1",
    edits: [{ file: EXCHANGE, at: /Session\.dlPn = pn;/, becomes: "if (!FAULT || isConfirm) $&" }],
  },
  {
    name: "UL Data do not advance their PN",
    exchange: "data-up",
    breaks: "AMP-R1",
    edits: [{ file: INDEX, at: /\+\+Session\.ulPn/, becomes: "(FAULT ? 2 : $&)" }],
  },
  {
    name: "the DL data of an M1 are handed out before its M3",
    exchange: "m1-first",
    breaks: "AMP-R5",
    edits: [
      {
        file: INDEX,
        at: /(if \(Session\.state)( != SECURE\) return 0;\n {2}return copyExact\(PAYLOAD, dlData)/,
        becomes: "if (FAULT ? Session.state == 1 : Session.state$2",
      },
    ],
  },
  {
    name: "an UPDATE is taken without its T",
    exchange: "m3",
    breaks: "section 6",
    edits: [
      { file: UPDATE, at: /return differ\(DIGEST, T, 8\) \?/, becomes: "return !FAULT && differ(DIGEST, T, 8) ?" },
    ],
  },
  {
    name: "a cache entry is used whatever Modifier it is of",
    exchange: "m3",
    breaks: "AMP-R1",
    edits: [
      {
        file: "assembly/station/cache.ts",
        at: /i32\(load<u64>\(ENTRY \+ CACHE_MODIFIER\) != load<u64>\(modifier\(\)\)\)/,
        becomes: "i32(!FAULT && load<u64>(ENTRY + CACHE_MODIFIER) != load<u64>(modifier()))",
      },
    ],
  },
  {
    name: "boot counter cells that cannot be read count as never written",
    exchange: "m1-first",
    breaks: "section 7",
    edits: [
      {
        file: SNONCE,
        at: / {2}if \(nvmRead\(NVM_CELL, MESSAGE, 16\)\) return NVM_FAILED;/,
        becomes: UNREAD_IS_ZERO,
      },
    ],
  },
  {
    name: "boot counter cells that cannot be read count as never written, with dead noise",
    exchange: "m1-first",
    environment: "entropy-constant",
    breaks: "AMP-R2",
    edits: [
      {
        file: SNONCE,
        at: / {4}if \(!(\(Planted\.fault == \d+\))\) return NVM_FAILED;/,
        becomes: "    if (!$1 && !FAULT) return NVM_FAILED;",
      },
    ],
  },
  {
    name: "a cache entry that cannot be read counts as one to be written",
    exchange: "m1-first",
    breaks: "section 7",
    edits: [
      {
        file: "assembly/station/cache.ts",
        at: /if \(nvmRead\(NVM_CACHE, ENTRY, CACHE_BODY \+ 4\)\) return false;/,
        becomes: "Session.cacheMissed = FAULT;\n  $&",
      },
    ],
  },
  {
    name: "an amp_boot that cannot read a root slot goes on with the other",
    exchange: "boot",
    breaks: "section 7",
    edits: [
      {
        file: "assembly/station/record.ts",
        at: /if \(a < -1 \|\| b < -1 \|\| /,
        becomes: "if ((!FAULT && (a < -1 || b < -1)) || ",
      },
    ],
  },
];

const SWITCH = `
/** Which fault is on: its number from 1 in the test's list; 0: none. */
export class Planted {
  static fault: i32 = 0;
}
export function plant(fault: i32): void {
  Planted.fault = fault;
}
`;

/** Switches a fault on in such a module; undefined: none. */
export function plant(exports: WebAssembly.Exports, on?: DeviceFault): void {
  (exports.plant as (fault: number) => void)(on === undefined ? 0 : DEVICE_FAULTS.indexOf(on) + 1);
}

/** The release module with all of these in it, switched off. Throws an AssertionError when one has no place to go. */
export async function planted(): Promise<Uint8Array> {
  const root = mkdtempSync(join(tmpdir(), "ampcore-explore-"));
  try {
    cpSync(join(ROOT, "assembly"), join(root, "assembly"), { recursive: true });
    cpSync(join(ROOT, "asconfig.json"), join(root, "asconfig.json"));
    writeFileSync(join(root, "assembly/planted.ts"), SWITCH);
    for (const [i, { edits }] of DEVICE_FAULTS.entries()) {
      for (const one of edits) edit(root, one, `(Planted.fault == ${i + 1})`);
    }
    const index = join(root, INDEX);
    writeFileSync(index, `${readFileSync(index, "utf8")}\nexport { plant } from "./planted";\n`);
    const [release] = TARGETS.filter(({ name }) => name === "release");
    await ensureBuilt({ root, targets: [release] });
    return new Uint8Array(readFileSync(join(root, release.output)));
  } finally {
    rmSync(root, { recursive: true });
  }
}

function edit(root: string, { file, at, becomes }: Edit, fault: string): void {
  const path = join(root, file);
  const from = file.split("/").length === 2 ? "./planted" : "../planted";
  const source = readFileSync(path, "utf8");
  assert.match(source, at, `nothing in ${file} to plant a fault into: ${at}`);
  const head = source.includes("{ Planted }") ? "" : `import { Planted } from "${from}";\n`;
  writeFileSync(path, head + source.replace(at, becomes.replaceAll("FAULT", fault)));
}
