/*
 * The page's own script, bundled with the library that draws its charts into one text.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { sourceFile } from "../build/typescript.mjs";

let bundled: Promise<string> | undefined;

/** As one immediately invoked function, for any browser of the last few years; made once. */
export function pageScript(): Promise<string> {
  bundled ??= bundle();
  return bundled;
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(sourceFile(new URL("page/main.ts", import.meta.url)))],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    legalComments: "inline",
  });
  // A string in it may hold what would end the element that it stands in.
  return outputFiles[0].text.replaceAll("</script", "<\\/script");
}

/** The style sheet of that library. */
export function plotStyle(): string {
  return readFileSync(createRequire(import.meta.url).resolve("uplot/dist/uPlot.min.css"), "utf8");
}
