/** A real PostgreSQL server of its caller's own, on a socket in a folder of its own. */
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { undoAtExit } from "../../peers/programs.ts";

const PROGRAMS = "/usr/lib/postgresql";
/** Whom Debian's package makes, and whom a server that is started by root runs as. */
const USER = "postgres";
const PASSWORD = "in these tests only";

export interface Server {
  /** As whoever made the cluster, of a database of that name. */
  urlOf(database: string, role?: string, password?: string): string;
  /** A new, empty database. */
  database(): Promise<string>;
  /** Does this as the one who made the cluster. */
  query(database: string, text: string): Promise<pg.QueryResult>;
  /** It is gone, and its folder with it. */
  stop(): Promise<void>;
}

export async function startPostgres(): Promise<Server> {
  const version = readdirSync(PROGRAMS).sort((a, b) => Number(b) - Number(a))[0];
  const bin = join(PROGRAMS, version, "bin");
  const folder = mkdtempSync(join(tmpdir(), "ampcore-pg-"));
  const isRoot = process.getuid?.() === 0;
  const data = join(folder, "data");
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, PASSWORD, { mode: 0o600 });
  const idOf = (flag: string): number => Number(execFileSync("id", [flag, USER], { encoding: "utf8" }));
  const identity = isRoot ? { uid: idOf("-u"), gid: idOf("-g") } : {};
  if (identity.uid !== undefined && identity.gid !== undefined) {
    for (const path of [folder, passwordFile]) chownSync(path, identity.uid, identity.gid);
  }
  chmodSync(folder, 0o700);
  const quiet = { ...identity, cwd: folder, stdio: "pipe" } as const;
  const cluster = ["-D", data, "-U", "maker", "-A", "scram-sha-256", "--pwfile", passwordFile, "--no-sync"];
  execFileSync(join(bin, "initdb"), cluster, quiet);
  const child = spawn(join(bin, "postgres"), ["-D", data, "-k", folder, "-c", "listen_addresses="], {
    ...identity,
    cwd: folder,
    stdio: "ignore",
  });
  const stop = (): void => {
    child.kill("SIGQUIT");
    rmSync(folder, { recursive: true, force: true });
  };
  const taken = undoAtExit(stop);
  const stopped = async (): Promise<void> => {
    taken();
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGINT");
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  const urlOf = (database: string, role = "maker", password = PASSWORD): string =>
    `postgres://${role}:${encodeURIComponent(password)}@/${database}?host=${encodeURIComponent(folder)}`;
  const query = async (database: string, text: string): Promise<pg.QueryResult> => {
    const client = new pg.Client({ connectionString: urlOf(database) });
    await client.connect();
    try {
      return await client.query(text);
    } finally {
      await client.end();
    }
  };
  const end_ms = Date.now() + 20_000;
  for (;;) {
    try {
      await query("postgres", "SELECT 1");
      break;
    } catch (error) {
      if (Date.now() > end_ms) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  let databases = 0;
  const database = async (): Promise<string> => {
    const name = `keys${databases++}`;
    await query("postgres", `CREATE DATABASE ${name}`);
    return name;
  };
  return { urlOf, database, query, stop: stopped };
}
