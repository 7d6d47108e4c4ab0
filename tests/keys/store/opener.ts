/** A process of its own over one store, for what cannot be done to one's own: node opener.ts <folder> <what>. */
import { writeSync } from "node:fs";
import { open } from "lmdb";
import { openLmdbStore } from "../../../host/keys/store/lmdb.ts";
import { KEK, OTHER_KEK } from "./kek.ts";
import { pskOf, spaOf } from "./loadplan.ts";

const [folder, what] = process.argv.slice(2);

/** Commits until one fails. */
async function fill(): Promise<void> {
  let failures = 0;
  let message = "";
  const onFailure = (error: Error): void => {
    failures++;
    ({ message } = error);
  };
  const store = await openLmdbStore(folder, { kek: KEK, create: true, onFailure });
  let devices = 0;
  for (let n = 0; failures === 0; n++) {
    const spa = spaOf(n);
    const record = { spa, generation: 0, root: pskOf(spa), update: undefined };
    store.commit({ kind: "device", record }, () => devices++);
    await store.settled().catch(() => {});
  }
  await store.close();
  const again = await openLmdbStore(folder, { kek: KEK, readOnly: true });
  const after = again.load().devices.length;
  process.stdout.write(JSON.stringify({ devices, failures, message, after }));
}

async function readOnly(): Promise<void> {
  const reader = await openLmdbStore(folder, { kek: KEK, readOnly: true });
  const devices = reader.load().devices.length;
  const message = await openLmdbStore(folder, { kek: KEK }).then(
    () => "",
    (error: Error) => error.message,
  );
  process.stdout.write(JSON.stringify({ devices, message }));
}

/** Until it is killed. */
async function hold(): Promise<void> {
  await openLmdbStore(folder, { kek: KEK });
  process.stdout.write("open");
  setInterval(() => {}, 1000);
}

/** One commit, and "done" when it is. */
async function commit(): Promise<void> {
  const store = await openLmdbStore(folder, { kek: KEK });
  const spa = spaOf(1);
  const record = { spa, generation: 1, root: pskOf(spa), update: undefined };
  writeSync(2, "commit\n");
  store.commit({ kind: "device", record }, () => writeSync(2, "done\n"));
  await store.close();
}

/** From one KEK to the other and back until it is killed. */
async function rotate(): Promise<void> {
  const store = await openLmdbStore(folder, { kek: KEK }).catch(() => openLmdbStore(folder, { kek: OTHER_KEK }));
  process.stdout.write("open");
  for (;;) await store.rotate(store.kek.name === KEK.name ? OTHER_KEK : KEK);
}

/** The version octet of the row "format". */
async function newer(): Promise<void> {
  const database = open<Buffer, Buffer>({
    path: folder,
    noSubdir: false,
    encoding: "binary",
    keyEncoding: "binary",
    overlappingSync: false,
  });
  const key = Buffer.from("mformat");
  const value = Buffer.from(database.get(key) ?? []);
  value[8]++;
  await database.put(key, value);
  await database.close();
}

const ways: Record<string, () => Promise<void>> = { fill, "read-only": readOnly, hold, newer, rotate, commit };
await ways[what]();
