// Loaded into each process of tests when their times are wanted: at its end it adds one line of JSON to $AMPCORE_TIMES.
import { appendFileSync, readFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

/** Of the unit that /proc counts in: the kernel's USER_HZ, 100 on every architecture that Node runs on. */
const TICK_s = 0.01;

// What a test starts in turn inherits the environment, and the options of node where it forks.
if (isMainThread && /\.test\.m?js$/.test(process.argv[1] ?? "")) {
  process.on("exit", () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    const cpu_s = (userCPUTime + systemCPUTime) / 1e6 + ofChildren_s();
    const line = { file: process.argv[1], wall_s: process.uptime(), cpu_s };
    appendFileSync(process.env.AMPCORE_TIMES, `${JSON.stringify(line)}\n`);
  });
}

/** cutime + cstime of proc(5), of the children that have ended and theirs; elsewhere than on Linux 0. */
function ofChildren_s() {
  try {
    const stat = readFileSync("/proc/self/stat", "latin1");
    // Field 3 is the first behind the name of the program, which may have spaces and brackets in it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[16 - 3]) + Number(fields[17 - 3])) * TICK_s;
  } catch {
    return 0;
  }
}
