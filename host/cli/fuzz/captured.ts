/* Runs the CLI within this process: what it prints is caught, stdin is empty, and it works in a folder of its own. */
import { Readable } from "node:stream";
import { main } from "../main.ts";

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Write = typeof process.stdout.write;

/** Not reentrant: the process has one stdout. `folder`: where relative paths lead. */
export async function captured(args: readonly string[], folder: string): Promise<Run> {
  const before = process.cwd();
  const listening = process.stdout.listeners("error");
  const caught = { stdout: "", stderr: "" };
  const catching = (name: keyof typeof caught): Write =>
    ((text: string | Uint8Array) => {
      caught[name] += typeof text === "string" ? text : new TextDecoder().decode(text);
      return true;
    }) as Write;
  const [out, err] = [process.stdout.write, process.stderr.write];
  const stdin = Object.getOwnPropertyDescriptor(process, "stdin");
  process.stdout.write = catching("stdout");
  process.stderr.write = catching("stderr");
  Object.defineProperty(process, "stdin", { value: Readable.from([]), configurable: true });
  process.chdir(folder);
  try {
    return { code: await main(args), ...caught };
  } finally {
    process.chdir(before);
    process.stdout.write = out;
    process.stderr.write = err;
    if (stdin) Object.defineProperty(process, "stdin", stdin);
    // main() has added one more.
    for (const listener of process.stdout.listeners("error")) {
      if (!listening.includes(listener)) process.stdout.removeListener("error", listener as () => void);
    }
  }
}
