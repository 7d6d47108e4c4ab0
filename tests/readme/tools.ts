import { spawnSync } from "node:child_process";

/** Whether a test has to be skipped for want of a command; under CI=true it throws instead, where no test may be missing. */
export function skipWithoutTool(command: string): string | false {
  if (spawnSync(command, ["--version"]).error === undefined) return false;
  const reason = `no ${command}: npm run setup:system installs it`;
  if (process.env.CI === "true") throw new Error(reason);
  return reason;
}

/** What a command prints; throws with what it said on stderr unless it ends with 0. */
export function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}\n${stderr || stdout}`);
  return stdout;
}
