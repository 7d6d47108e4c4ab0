/** The page as its reader has it: written into a folder once, opened from the disk in a real browser. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { writePlay } from "../../host/play/folder.node.ts";
import { scratchFolder } from "../cli/ampcore.ts";

const FOLDER = scratchFolder();
let written: Promise<string> | undefined;

/** The address of the page on the disk. */
export function pageOnDisk(): Promise<string> {
  written ??= writePlay(join(FOLDER, "play")).then(({ file }) => pathToFileURL(file).href);
  return written;
}

export interface Played {
  readonly page: Page;
  /** Errors and warnings of the console, and exceptions. */
  readonly complaints: readonly string[];
  /** All that it loaded or tried to. */
  readonly requests: readonly string[];
}

interface PlayOptions extends BrowserContextOptions {
  /** Of a server. */
  readonly address?: string;
  /** Runs in the page before its own. */
  readonly script?: string;
  /** false: no run is waited for. */
  readonly begins?: boolean;
}

/** Opens the page, and waits until its first run stands at its beginning. */
export async function play(
  browser: Browser,
  fragment = "",
  { address, script, begins = true, ...options }: PlayOptions = {},
): Promise<Played> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    acceptDownloads: true,
    ...options,
  });
  if (script !== undefined) await context.addInitScript(script);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(`${address ?? (await pageOnDisk())}${fragment === "" ? "" : `#${fragment}`}`);
  if (begins) await page.locator("body[data-state]").waitFor();
  return { page, complaints, requests };
}

/** What the page's own button saves: the result of the whole run. */
export async function resultOf(page: Page): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent("download", { timeout: 20_000 }),
    page.locator("#save").click(),
  ]);
  return readFileSync(await download.path(), "utf8");
}

/** Until `ask` answers true: the page's policy lets no condition be evaluated within it again and again. */
export async function until(ask: () => Promise<boolean>, what: string): Promise<void> {
  const end_ms = Date.now() + 10_000;
  while (!(await ask())) {
    if (Date.now() > end_ms) throw new Error(`it never came to this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
