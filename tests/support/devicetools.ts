import { spawnSync } from "node:child_process";

/**
 * Whether a test that runs `program` has to be skipped: false, or the reason, which is printed beside its title.
 * `.ci/setup-system` installs what is used.
 * @throws Error under CI=true, where no test may be missing silently.
 */
export function skipWithoutProgram(program: string): string | false {
  if (spawnSync(program, ["--version"]).error === undefined) return false;
  const reason = `no ${program}: npm run setup:system installs it`;
  if (process.env.CI === "true") throw new Error(reason);
  return reason;
}
