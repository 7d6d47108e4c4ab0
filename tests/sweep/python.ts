/** A Python that reads Parquet: the pyarrow that setup-system puts into build/python. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../../host/build/build.ts";

const env = { ...process.env, PYTHONPATH: join(ROOT, "build/python") };

/** What a script of Python prints. @throws Error with what it complains of */
export function python(...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync("python3", args, { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`python3 ${args.join(" ")}: ${error?.message ?? stderr.slice(-2000)}`);
  return stdout;
}

/**
 * Whether a test has to be skipped: false, or the reason that is printed beside its title.
 * @throws Error under CI=true, where no test may be missing silently.
 */
export function skipWithoutPyarrow(): string | false {
  const { status } = spawnSync("python3", ["-c", "import pyarrow.parquet"], { env });
  if (status === 0) return false;
  const reason = "no pyarrow here: npm run setup:system installs what the tests use";
  if (process.env.CI === "true") throw new Error(reason);
  return reason;
}
