/** bench/senaa: its committed counts are those of a session made now. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { type SenaaResult, STAGES } from "../../bench/senaa/measure.ts";
import { inProcess, methodsOf } from "../../bench/senaa/methods.ts";
import { senaaTables } from "../../bench/senaa/tables.ts";
import { session } from "../../bench/senaa/world.ts";
import { ROOT } from "../../host/build/build.ts";
import { makeCertificates } from "../peers/certificates.ts";

const committed: SenaaResult = JSON.parse(readFileSync(join(ROOT, "bench/results/senaa.json"), "utf8"));

test("004-S3 004-S5 004-S11: round trips of a session are the committed ones, and octets within a tenth", async () => {
  const certificates = makeCertificates("the network");
  const [method] = methodsOf(certificates);
  for (const { version, certificate, costs } of committed.tls) {
    if (certificate !== "EC P-256") continue;
    const fresh = await session({ version, certificates, authenticator: inProcess, method });
    for (const stage of STAGES) {
      assert.equal(fresh[stage].roundTrips, costs[stage].roundTrips, `${version}, ${stage}`);
      assert.equal(fresh[stage].datagrams, 2 * costs[stage].roundTrips, "each has an answer");
      const ratio = fresh[stage].octets / costs[stage].octets;
      assert.ok(ratio > 0.9 && ratio < 1.1, `${version}, ${stage}: ${fresh[stage].octets} octets`);
    }
  }
});

test("docs/SENAA.md has the committed tables", () => {
  const [page, made] = ["docs/SENAA.md", "bench/results/senaa.md"].map((file) =>
    readFileSync(join(ROOT, file), "utf8"),
  );
  const rows = made.split("\n").filter((line) => /^\| (1\.[23]|EAP-)/.test(line));
  assert.equal(rows.length, 7);
  for (const row of rows) assert.ok(page.includes(row), row);
});

test("the committed result has every way, and its tables say so", () => {
  assert.equal(committed.tls.length, 4);
  assert.equal(committed.methods?.length, 3);
  const [tls, methods] = senaaTables(committed);
  assert.equal(tls.rows.length, 4);
  assert.equal(methods.rows.length, 3);
  assert.ok(!JSON.stringify([tls, methods]).includes("NaN"), "every cell is a number");
});
