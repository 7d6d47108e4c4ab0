/* A report into its file. What makes it is loaded only for that. */
import type { Result } from "../../sim/result.ts";
import { writeText } from "../run/userfile.ts";

/** `option`: which of the call named the file. @throws UsageError for a file that cannot be written. */
export async function writeReport(result: Result, file: string, option: string): Promise<void> {
  const { reportHtml } = await import("../../report/document.tsx");
  writeText(option, file, await reportHtml(result));
}

/** Where it is. */
export function tellReport(file: string): void {
  process.stderr.write(`report: ${file}, to open in a browser\n`);
}
