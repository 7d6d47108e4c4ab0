/**
 * Many sessions at once in one PAA, over a network that may lose, double and reorder: npx tsx tests/senaa/campaign.ts --sessions 1000.
 * Each enters, authenticates again and leaves. Exit code 1 if one ends neither right nor with a reason.
 */

import { parseArgs } from "node:util";
import { printTable } from "../../host/cli/terminal.ts";
import { Bed, haveSameLsa } from "./session/bed.ts";

const { values } = parseArgs({
  options: {
    sessions: { type: "string", default: "1000" },
    loss: { type: "string", default: "0" },
    json: { type: "boolean", default: false },
  },
});
const sessions = Number(values.sessions);
const loss = Number(values.loss);
if (!Number.isInteger(sessions) || sessions < 1 || sessions > 60_000 || !(loss >= 0 && loss < 1)) {
  process.stderr.write("--sessions is a whole number from 1 to 60,000, --loss a share from 0 to below 1\n");
  process.exit(2);
}

const timing = { irt_ms: 1000, mrt_ms: 8000, mrc: 12 };
const limits = { halfOpen: sessions, cookiesFrom: sessions };
const bed = new Bed({ timing, limits }, { loss, duplicate: loss, reorder: loss });
const begun = { t_ms: performance.now(), cpu: process.cpuUsage() };
const reasons = new Map<string, number>();
let atOnce = 0;
let resident_octets = 0;
let retransmissions = 0;

const ends = await Promise.all(
  Array.from({ length: sessions }, async (_, i) => {
    const pac = bed.pac(2 + i, { timing });
    const entered = await pac.enter();
    if (typeof entered === "string") return entered;
    if (!haveSameLsa(bed, pac)) return "WRONG: two keys";
    const again = await pac.reauthenticate();
    atOnce = Math.max(atOnce, bed.paa.open.length);
    resident_octets = Math.max(resident_octets, process.memoryUsage().rss);
    if (typeof again === "string") return again;
    const left = await pac.leave();
    retransmissions += pac.counts.retransmissions;
    return left === true ? "entered, authenticated again, left" : left;
  }),
);
for (const end of ends) reasons.set(end, (reasons.get(end) ?? 0) + 1);
const { user, system } = process.cpuUsage(begun.cpu);
const row = {
  sessions,
  "at once, at most": atOnce,
  "datagrams sent": bed.network.sent,
  octets: bed.network.sent_octets,
  "sent again": retransmissions,
  "wall, s": Number(((performance.now() - begun.t_ms) / 1000).toFixed(1)),
  "CPU, ms a session": Number(((user + system) / 1000 / sessions).toFixed(1)),
  "resident, MiB": Math.round(resident_octets / 2 ** 20),
};
const outcomes = [...reasons].map(([end, count]) => ({ end, count }));
if (values.json) process.stdout.write(`${JSON.stringify({ ...row, outcomes })}\n`);
else {
  printTable([row], false);
  printTable(outcomes, false);
}
const isRight = [...reasons.keys()].every((end) => !end.startsWith("WRONG")) && bed.paa.open.length === 0;
bed.close();
process.exitCode = isRight ? 0 : 1;
