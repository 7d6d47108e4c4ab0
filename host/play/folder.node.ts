/* The page as a folder for any static host, or for nobody's: a browser opens its one file. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { playHtml } from "./document.node.tsx";

export interface Written {
  readonly file: string;
  readonly octets: number;
}

/** @throws what the file system says of a folder that cannot be written. */
export async function writePlay(folder: string): Promise<Written> {
  const html = await playHtml();
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "index.html");
  writeFileSync(file, html);
  return { file, octets: Buffer.byteLength(html) };
}
