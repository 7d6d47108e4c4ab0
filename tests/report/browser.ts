/** A page in a real browser: Debian's chromium, driven by Playwright, with all that it complained about and asked for. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { scratchFolder } from "../cli/ampcore.ts";
import type { Probes } from "./probes.ts";

const FOLDER = scratchFolder();

/** Root has no sandbox to give away. */
const ARGUMENTS = ["--disable-gpu", "--disable-background-networking", "--no-first-run"];

export function launch(): Promise<Browser> {
  const executablePath = spawnSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).stdout.trim();
  const args = process.getuid?.() === 0 ? [...ARGUMENTS, "--no-sandbox"] : ARGUMENTS;
  return chromium.launch({ executablePath, args });
}

export interface Opened {
  readonly page: Page;
  /** Errors and warnings of the console, and exceptions. */
  readonly complaints: readonly string[];
  /** Addresses of all that it loaded or tried to. */
  readonly requests: readonly string[];
}

/** Opens that HTML as a file, as a user would. */
export async function opened(browser: Browser, html: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const file = join(FOLDER, `${pages++}.html`);
  writeFileSync(file, html);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  await context.addInitScript(await probes());
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  return { page, complaints, requests };
}
let pages = 0;

/** What a probe of inpage/ answers. */
export function ask<Name extends keyof Probes>(
  page: Page,
  name: Name,
  ...values: Parameters<Probes[Name]>
): Promise<ReturnType<Probes[Name]>> {
  return page.evaluate(`probes[${JSON.stringify(name)}](...${JSON.stringify(values)})`);
}

/** What `ask` asks, as a script for a page. */
export async function probes(): Promise<string> {
  const entry = fileURLToPath(new URL("inpage/probes.ts", import.meta.url));
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, write: false, format: "iife" });
  return outputFiles[0].text;
}
