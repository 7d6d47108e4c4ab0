/*
 * The page's two programs, each bundled into one text: what draws, and the worker with the simulator.
 */
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";
import { sourceFile } from "../build/typescript.mjs";

export interface Bundle {
  readonly text: string;
  /** What went into it, by path. */
  readonly inputs: Metafile["inputs"];
}

const ENTRIES = { page: "page/main.ts", worker: "worker/main.ts" } as const;
const made = new Map<keyof typeof ENTRIES, Promise<Bundle>>();

/** For any browser of the last few years; made once. */
export function bundleOf(program: keyof typeof ENTRIES): Promise<Bundle> {
  const bundle = made.get(program) ?? bundled(program);
  made.set(program, bundle);
  return bundle;
}

async function bundled(program: keyof typeof ENTRIES): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(sourceFile(new URL(ENTRIES[program], import.meta.url)))],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    charset: "utf8",
    legalComments: "inline",
  });
  // A string in it may hold what would end the element that it stands in, or begin a comment there.
  return { text: outputFiles[0].text.replaceAll(/<(\/script|!--)/gi, "<\\$1"), inputs: metafile.inputs };
}
