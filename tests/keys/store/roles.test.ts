/** PostgreSQL: what an AP's role can read, tried as that role, and what a second service, or a newer schema, does. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import pg from "pg";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { pmkOf } from "../../../host/keys/roots.ts";
import { KeyService } from "../../../host/keys/service.ts";
import { createKekFile } from "../../../host/keys/store/kek.ts";
import { openPostgresStore } from "../../../host/keys/store/postgres.ts";
import { PostgresPort, revokeOthers } from "../../../host/keys/store/postgresport.ts";
import { ampcore } from "../../cli/ampcore.ts";
import { KEK } from "./kek.ts";
import { AAS, pskOf, spaOf } from "./loadplan.ts";
import { postgresServer, skipWithoutPostgres } from "./postgres.ts";
import { scratchFolder } from "./stores.ts";

const KEYS_PASSWORD = "the key service's";
const AP_PASSWORDS = ["the first AP's", "the second AP's"];
const skip = skipWithoutPostgres;
const DEVICES = 3;

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

test("002-A11: an AP's role reads the PMKs of its own AP and nothing else: no root, no other AP's row, and it writes nothing", {
  skip,
}, async () => {
  const { urlOf, database, query } = await postgresServer();
  const name = await database();
  await query("postgres", `CREATE ROLE amp_service LOGIN CREATEROLE PASSWORD '${KEYS_PASSWORD.replace("'", "''")}'`);
  await query("postgres", `GRANT CREATE ON DATABASE ${name} TO amp_service`);
  for (const [i, password] of AP_PASSWORDS.entries()) {
    await query("postgres", `CREATE ROLE ap${i} LOGIN PASSWORD '${password.replace("'", "''")}'`);
  }
  const serviceUrl = urlOf(name, "amp_service", KEYS_PASSWORD);
  const store = await openPostgresStore(serviceUrl, { kek: KEK, create: true });
  const service = new KeyService({ crypto: nodeCrypto, master: store.master, store });
  const failures: Error[] = [];
  const clients: pg.Client[] = [];
  const ports: PostgresPort[] = [];
  for (const [i, aa] of AAS.entries()) {
    const client = await connected(serviceUrl);
    clients.push(client);
    const port = new PostgresPort(aa, client, (error) => failures.push(error));
    ports.push(port);
    service.serve(port);
    await store.settled();
    await port.allow(`ap${i}`);
  }
  for (let n = 0; n < DEVICES; n++) service.enrol(spaOf(n), pskOf(spaOf(n)));
  await store.settled();
  service.startUpdate(spaOf(0));
  await store.settled();
  for (let tries = 0; !service.progressOf(spaOf(0)).isReady && tries < 200; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.ok(service.progressOf(spaOf(0)).isReady, "both APs' tables have committed the PMK of the new generation");
  assert.deepEqual(failures, []);

  const { aps } = store.load();
  for (const [i, aa] of AAS.entries()) {
    const ap = await connected(urlOf(name, `ap${i}`, AP_PASSWORDS[i]));
    const { rows } = await ap.query("SELECT aa, spa, generation, pmk FROM amp_ap.pmk ORDER BY spa, generation");
    assert.deepEqual(
      rows.map(({ spa, generation }) => [spa[5], generation]),
      [
        [0, 0],
        [0, 1],
        [1, 0],
        [2, 0],
      ],
    );
    const modifier = aps.find((known) => Buffer.compare(known.aa, aa) === 0)?.modifier;
    for (const { aa: of, spa, generation, pmk } of rows) {
      assert.deepEqual(new Uint8Array(of), aa, "its own rows");
      if (generation > 0) continue;
      assert.deepEqual(new Uint8Array(pmk), pmkOf(nodeCrypto, pskOf(spa), modifier, { aa, spa }));
    }
    const epochs = await ap.query("SELECT aa, modifier FROM amp_ap.epoch");
    assert.deepEqual(
      epochs.rows.map(({ modifier: own }) => new Uint8Array(own)),
      [modifier],
    );
    const refused = [
      ...["meta", "device", "ap", "log", "schema_version"].map((table) => `SELECT * FROM amp_keys.${table}`),
      "COPY amp_keys.device TO STDOUT",
      "SET ROLE amp_service",
      `SET SESSION AUTHORIZATION ap${1 - i}`,
      "INSERT INTO amp_ap.reader VALUES (session_user, '\\x020000000002')",
      "UPDATE amp_ap.reader SET aa = '\\x020000000002'",
      "UPDATE amp_ap.pmk SET pmk = pmk",
      "DELETE FROM amp_ap.pmk",
      "ALTER TABLE amp_ap.pmk DISABLE ROW LEVEL SECURITY",
      "CREATE VIEW amp_ap.all_pmks AS SELECT * FROM amp_ap.pmk",
      "GRANT amp_service TO session_user",
    ];
    for (const text of refused) {
      await assert.rejects(ap.query(text), (error: pg.DatabaseError) => {
        assert.match(`${error.code} ${error.message}`, /42501|permission denied|must be|not permitted/, text);
        return true;
      });
    }
    // Switched to the group, it is still who logged in.
    await ap.query("SET ROLE amp_ap_reader");
    assert.equal((await ap.query("SELECT 1 FROM amp_ap.pmk")).rowCount, rows.length);
    service.dismiss(aa);
    await store.settled();
    // The first by its port, the second as a service does that was killed before it could.
    if (i === 0) await ports[i].revoke();
    else await revokeOthers(clients[i], []);
    for (const table of ["reader", "epoch", "pmk"]) {
      const left = await clients[i].query(
        `SELECT 1 FROM amp_ap.${table} WHERE ${table === "reader" ? "role" : "aa"} = $1`,
        [table === "reader" ? `ap${i}` : Buffer.from(aa)],
      );
      assert.equal(left.rowCount, 0, `${table}, as its owner sees it`);
    }
    assert.equal((await ap.query("SELECT 1 FROM amp_ap.pmk")).rowCount, 0, "dismissed, and left with nothing");
    await ap.end();
  }
  await store.close();
  await Promise.all(clients.map((client) => client.end()));
});

test("PostgreSQL: a second service is refused while the first runs, and a reader is not; when the first has gone, it opens", {
  skip,
}, async () => {
  const { urlOf, database } = await postgresServer();
  const url = urlOf(await database());
  const first = await openPostgresStore(url, { kek: KEK, create: true });
  await assert.rejects(openPostgresStore(url, { kek: KEK }), {
    name: "StoreError",
    message: /is open already, by another service \(its backend on the server is process [0-9]+\): only one may write/,
  });
  const reader = await openPostgresStore(url, { kek: KEK, readOnly: true });
  await reader.close();
  await first.close();
  await (await openPostgresStore(url, { kek: KEK })).close();
});

test("PostgreSQL: no tables, a newer schema, and a server that is not there are told in one sentence without the password", {
  skip,
}, async () => {
  const { urlOf, database, query } = await postgresServer();
  const name = await database();
  await assert.rejects(openPostgresStore(urlOf(name), { kek: KEK }), { fault: "missing", message: /has no tables/ });
  await (await openPostgresStore(urlOf(name), { kek: KEK, create: true })).close();
  await query(name, "UPDATE amp_keys.schema_version SET version = 9");
  await assert.rejects(openPostgresStore(urlOf(name), { kek: KEK }), {
    fault: "newer",
    message: /of version 9, .* nothing was changed/,
  });
  await assert.rejects(openPostgresStore("postgres://me:secret@127.0.0.1:1/keys", { kek: KEK }), (error: Error) => {
    assert.match(error.message, /"keys" at 127\.0\.0\.1 cannot be reached/);
    return !error.message.includes("secret");
  });
  await assert.rejects(openPostgresStore("keys", { kek: KEK }), { message: /is no URL like postgres:/ });
});

test("PostgreSQL: a connection that breaks ends the store: the commit that waits has no done, and its failure is told once", {
  skip,
}, async () => {
  const { urlOf, database, query } = await postgresServer();
  const name = await database();
  const failures: string[] = [];
  const store = await openPostgresStore(urlOf(name), {
    kek: KEK,
    create: true,
    onFailure: ({ message }) => failures.push(message),
  });
  const record = { spa: spaOf(1), generation: 0, root: pskOf(spaOf(1)), update: undefined };
  await store.commitAll([{ kind: "device", record }]);
  await query("postgres", `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
  let done = 0;
  for (let i = 0; i < 3; i++) store.commit({ kind: "device", record: { ...record, generation: 1 } }, () => done++);
  await assert.rejects(store.settled(), { name: "StoreError" });
  assert.deepEqual([done, failures.length], [0, 1]);
  await store.close();
  const again = await openPostgresStore(urlOf(name), { kek: KEK });
  assert.deepEqual(
    again.load().devices.map(({ generation }) => generation),
    [0],
  );
  await again.close();
});

test("ampcore keys works on PostgreSQL as on a folder, with the password from the environment", { skip }, async () => {
  const { urlOf, database } = await postgresServer();
  const cwd = scratchFolder();
  createKekFile(join(cwd, "kek"));
  const url = new URL(urlOf(await database()).replace("@/", "@localhost/"));
  const folder = url.searchParams.get("host");
  const args = ["--kek", "kek", "--postgres", `postgres://maker@/${url.pathname.slice(1)}?host=${folder}`];
  process.env.PGPASSWORD = decodeURIComponent(url.password);
  const added = await ampcore(["keys", "add", "--spa", "02:c0:ff:ee:00:01", ...args], { cwd });
  assert.equal(added.code, 0, added.stderr);
  const listed = await ampcore(["keys", "list", "--json", ...args], { cwd });
  Reflect.deleteProperty(process.env, "PGPASSWORD");
  assert.deepEqual(
    JSON.parse(listed.stdout).map(({ spa }: { spa: string }) => spa),
    ["02:c0:ff:ee:00:01"],
    listed.stderr,
  );
});
