/* Our module and BearSSL, each built and counted here. */
import { builtModule, variantModule } from "../../host/build/build.ts";
import type { Edit } from "../../host/build/compile.ts";
import { McuError, translate } from "../../host/mcu/translate.ts";
import { BEARSSL_VERSION, bearssl } from "./bearssl.ts";
import { counted, type Implementation } from "./harness.ts";
import type { PeerRow, PeersResult } from "./result.ts";

/** Where wabt's wasm-rt.h lies. */
const WASM_RT = "/usr/src/wasm2c";

export async function measuredPeers(onStep: (step: string) => void): Promise<PeersResult> {
  onStep("the module through wasm2c");
  const ours = row("ampcore, wasm2c, checked memory", counted(await oursAs()));
  onStep("BearSSL, from Debian's source");
  const source = fetched(onStep);
  const peers = source ? [row(`BearSSL ${BEARSSL_VERSION}, aes_ct`, counted(source))] : [];
  const module_octets = (await builtModule("jobs")).length;
  return { compiler: "arm-none-eabi-gcc -O2 -mcpu=cortex-m4", module_octets, rows: [ours, ...peers] };
}

/** undefined, and said so: its source cannot be had here, so ours stands beside the cited alone. */
function fetched(onStep: (step: string) => void): Implementation | undefined {
  try {
    return bearssl();
  } catch (error) {
    if (!(error instanceof McuError)) throw error;
    onStep(`left out, for its source cannot be had: ${error.message.trim().split("\n").at(-1)}`);
    return undefined;
  }
}

/** AES by itself, which the module of the cited jobs has no export of. */
const AES_EXPORTED: readonly Edit[] = [
  ["assembly/host/jobs.ts", "import { ccm }", 'import { encrypt } from "../crypto/aes";\nimport { ccm }'],
  ["assembly/host/jobs.ts", "import { BLOCKS, DIGEST, LANES }", "import { BLOCKS, DIGEST, LANE_1, LANES }"],
  [
    "assembly/host/jobs.ts",
    "function handOut(",
    `export function aes(): void {
      setBlock(LANES, PLAIN);
      setBlock(LANE_1, AES_KEY);
      encrypt(true);
      setBlock(OUT, LANES);
    }
    export function aesAgain(): void {
      setBlock(LANES, PLAIN);
      encrypt(false);
      setBlock(OUT, LANES);
    }
    function handOut(`,
  ],
];

/** The jobs by the station's primitives, memory reached as in its firmware. */
export async function oursAs(): Promise<Implementation> {
  const { source, header, memory_octets } = translate(await variantModule("jobs", AES_EXPORTED));
  const defines = [
    `MEMORY_OCTETS=${memory_octets}u`,
    `MEMORY_ROOM=${memory_octets}u`,
    "WASM_RT_USE_STACK_DEPTH_COUNT=0",
  ];
  return {
    jobs: "ours.c",
    sources: [],
    texts: { "station.c": source, "station.h": header },
    flags: [`-I${WASM_RT}`, ...defines.map((one) => `-D${one}`)],
    optimisation: "-O2",
  };
}

function row(name: string, { instructions, flash_octets }: ReturnType<typeof counted>): PeerRow {
  return { name, flash_octets, instructions };
}
