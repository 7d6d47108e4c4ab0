/** A sweep whose workers are killed in the midst of their jobs, and then whoever asked for it. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Board, queueName } from "../../host/sweep/queue/board.ts";
import { Process, type Server, until } from "./redis.ts";

/** Jobs that take long enough to be killed in. */
const SLOW = `
name: slow
set: {duration_s: 50, harvest.source: constant}
grid: {harvest.constant.power_W: [20.0e-6, 200.0e-6], override.storage.capacitance_F: [3.3e-6, 10.0e-6]}
`;

/** Writes the grid into that folder: four cells, so often each. */
export function slowGrid(folder: string, repetitions = 2): string {
  const file = join(folder, "slow.yaml");
  writeFileSync(file, `${SLOW}repetitions: ${repetitions}\n`);
  return file;
}

/** The hash of the sweep that comes onto the board. */
export function boarded(board: Board): Promise<string> {
  return until(async () => (await board.sweeps())[0], "a sweep is on the board");
}

/**
 * Runs `args`, a sweep, on that queue. So many workers are killed by SIGKILL at a job that stays undone, then the asking
 * process; two workers do the rest. Returns each job's line as it lies in Redis; the results are for `args` with --resume.
 */
export async function killed(
  { url, redis }: Server,
  args: readonly string[],
  folder: string,
  kills: number,
): Promise<string[]> {
  const asks = new Process([...args], folder);
  const board = new Board(redis);
  const hash = await boarded(board);
  const worker = (...more: string[]) =>
    new Process(["worker", "--queue", url, "--workers", "1", "--lease", "1", ...more], folder);
  /** A job in the hands of a worker that has not come to anything. */
  const atHand = async (): Promise<string | undefined> => {
    const active = await redis.lrange(`ampcore:${queueName(hash)}:active`, 0, -1);
    const done = (await board.lines(hash, 0)).map((line) => `job-${JSON.parse(line).job}`);
    return active.find((id) => !done.includes(id));
  };
  for (let struck = 0; struck < kills; ) {
    const victim = worker();
    await until(atHand, "a job is at hand");
    await victim.kill();
    // Only now it is sure that it was in the midst of one, and not at its end.
    if ((await atHand()) !== undefined) struck++;
  }
  await asks.kill();
  const rest = [worker("--once"), worker("--once")];
  const codes = await Promise.all(rest.map(({ ended }) => ended));
  assert.deepEqual(codes, [0, 0], rest.map(({ stderr }) => stderr).join());
  return board.lines(hash, 0);
}
