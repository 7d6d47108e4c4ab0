/**
 * The device with faults planted into a copy of its sources: one module, in which a test switches one of them on. What
 * finds nothing in it finds nothing in the device either.
 */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBuilt, ROOT } from "../../host/build/build.ts";
import { TARGETS } from "../../host/build/targets.ts";
import type { StatusName } from "../../host/device/abi.ts";

/** Where a fault goes in: each match of `at` in `file` becomes `becomes`; FAULT stands for "this fault is on". */
export interface Plant {
  readonly name: string;
  readonly file: string;
  readonly at: RegExp;
  readonly becomes: string;
}

/** Lookups and branches that give away what they should not. */
export const LEAKS: readonly Plant[] = [
  {
    name: "an octet of the AES state is looked up in a table",
    file: "assembly/crypto/aes.ts",
    at: /export function encrypt\b[^(]*\([^)]*\): void \{/,
    becomes: "$& if (FAULT) store<u8>(LANES, load<u8>(Planted.TABLE + load<u8>(LANES)));",
  },
  {
    name: "the comparison of a MIC ends at the first octet that differs",
    file: "assembly/bytes.ts",
    at: /difference \|= [^;]+;/,
    becomes: "$& if (FAULT && difference) return difference;",
  },
  {
    name: "a subkey of CMAC is reduced by a branch",
    file: "assembly/crypto/cmac.ts",
    at: /export function cmac\([^)]*\): void \{/,
    becomes: "$& if (FAULT && load<u8>(key) & 1) store<u8>(LANES, 1);",
  },
];

/** A fault that shows only on the way to a refusal. */
export interface RefusalPlant extends Plant {
  readonly answer: StatusName;
}

/** Leaks on the way to a refusal: the talk does not come to each of them, the table of cases does. */
export const REFUSAL_LEAKS: readonly RefusalPlant[] = [
  {
    name: "a right MIC that was not met decides a branch",
    file: "assembly/station/exchange.ts",
    at: /if \(!payload\) return BAD_MIC;/,
    becomes: "if (!payload) { if (FAULT && load<u8>(SCRATCH) & 1) store<u8>(SCRATCH, 1); return BAD_MIC; }",
    answer: "bad MIC",
  },
  {
    name: "the next root, when its slot cannot be written",
    file: "assembly/station/update.ts",
    at: /const failed = commit\(slot, [^;]+;/,
    becomes: "$& if (FAULT && failed && load<u8>(ENTRY, 8) & 1) store<u8>(SLOT, 1);",
    answer: "NVM failed",
  },
  {
    name: "noise that fails its test",
    file: "assembly/station/snonce.ts",
    at: /if \(entropy\([^{]+\{/,
    becomes: "$& if (FAULT && load<u8>(ENTROPY) & 1) store<u8>(MESSAGE, 1);",
    answer: "entropy failed",
  },
];

/** What is left behind, or changed, only by a refusal. */
export const REFUSAL_TRACES: readonly RefusalPlant[] = [
  {
    name: "the next root stays when its slot cannot be written",
    file: "assembly/station/update.ts",
    at: /dropEntry\(\);/,
    becomes: "if (!FAULT || !failed) $&",
    answer: "NVM failed",
  },
  {
    name: "an M1 that finds no SNonce left drops the kept M2",
    file: "assembly/station/exchange.ts",
    at: /(if \(Cycle\.counter [^)]+\)) return PN_EXHAUSTED;/,
    becomes: "$1 { if (FAULT) Session.keptM2 = 0; return PN_EXHAUSTED; }",
    answer: "PN exhausted",
  },
  {
    name: "a Confirm that is replayed moves the PN",
    file: "assembly/station/exchange.ts",
    at: /if \(isConfirm && Session\.state == SECURE\) return REPLAYED_PN;/,
    becomes: "if (isConfirm && Session.state == SECURE) { if (FAULT) Session.dlPn = 9; return REPLAYED_PN; }",
    answer: "replayed PN",
  },
];

const forgotten = (name: string, file: string, at: RegExp): Plant => ({ name, file, at, becomes: "if (!FAULT) $&" });

/** Wipes that are left out. */
export const FORGOTTEN: readonly Plant[] = [
  forgotten("behind amp_receive", "assembly/station/exchange.ts", /wipe\(SCRATCH, \w+\);/),
  forgotten("behind amp_send", "assembly/index.ts", /wipe\(SCRATCH, \w+\);/),
  forgotten("of the payload before", "assembly/station/exchange.ts", /wipe\(RECEIVED, \w+\);/),
  forgotten("of all RAM at amp_boot", "assembly/station/boot.ts", /wipe\(\w+, RAM_SIZE[^)]*\);/),
  forgotten("behind amp_boot", "assembly/station/boot.ts", /wipe\(SCRATCH, SCRATCH_SIZE\);/),
  forgotten("of the PMK's midstates behind M3", "assembly/station/cache.ts", /wipe\(ENTRY, \w+\);/),
  forgotten("of a command behind M3", "assembly/station/update.ts", /wipe\(RECEIVED, \w+\);/),
  forgotten("of noise that failed its test", "assembly/station/snonce.ts", /wipe\(ENTROPY, \w+\);/),
];

const SWITCH = `
/** Which fault is on: its number from 1 in the test's list; 0: none. */
export class Planted {
  static fault: i32 = 0;
  /** Every octet is its own place: the lookup changes no value. */
  static TABLE: usize = memory.data<u8>([${Array.from({ length: 256 }, (_, octet) => octet)}]);
}
export function plant(fault: i32): void {
  Planted.fault = fault;
}
`;

/** Switches a fault of such a module on; undefined: none. */
export function plant(exports: WebAssembly.Exports, plants: readonly Plant[], on?: Plant): void {
  (exports.plant as (fault: number) => void)(on === undefined ? 0 : plants.indexOf(on) + 1);
}

/** The release module with all of these in it, switched off. Throws an AssertionError when one has no place to go. */
export async function planted(plants: readonly Plant[]): Promise<Uint8Array> {
  const root = mkdtempSync(join(tmpdir(), "ampcore-planted-"));
  try {
    cpSync(join(ROOT, "assembly"), join(root, "assembly"), { recursive: true });
    // The table and its switch take memory of their own.
    edit(join(root, "asconfig.json"), readFileSync(join(ROOT, "asconfig.json"), "utf8"), [
      [/"lowMemoryLimit": \d+/, '"lowMemoryLimit": 4096'],
    ]);
    writeFileSync(join(root, "assembly/planted.ts"), SWITCH);
    for (const [i, { file, at, becomes }] of plants.entries()) {
      const path = join(root, file);
      const from = file.split("/").length === 2 ? "./planted" : "../planted";
      const source = readFileSync(path, "utf8");
      const head = source.includes("{ Planted }") ? "" : `import { Planted } from "${from}";\n`;
      edit(path, head + source, [[at, becomes.replaceAll("FAULT", `(Planted.fault == ${i + 1})`)]]);
    }
    const index = join(root, "assembly/index.ts");
    writeFileSync(index, `${readFileSync(index, "utf8")}\nexport { plant } from "./planted";\n`);
    const [release] = TARGETS.filter(({ name }) => name === "release");
    await ensureBuilt({ root, targets: [release] });
    return new Uint8Array(readFileSync(join(root, release.output)));
  } finally {
    rmSync(root, { recursive: true });
  }
}

function edit(path: string, text: string, changes: readonly (readonly [at: RegExp, becomes: string])[]): void {
  let edited = text;
  for (const [at, becomes] of changes) {
    assert.match(edited, at, `nothing in ${path} to plant a fault into: ${at}`);
    edited = edited.replace(new RegExp(at, "g"), becomes);
  }
  writeFileSync(path, edited);
}
