/** Debian's own kernel and those of its modules that the guest needs: fetched once by apt-get, and not installed. */

import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const FOLDER = join(import.meta.dirname, "../../../build/hwsim");
const IMAGE = "vmlinuz";
/** CCMP asks for the first two by name, not as a dependency. */
const WANTED = ["ccm", "ctr", "cmac", "e1000", "mac80211_hwsim"];

export interface Module {
  readonly name: string;
  readonly data: Uint8Array;
}

export interface GuestKernel {
  /** Its path. */
  readonly image: string;
  /** In the order in which they are loaded. */
  readonly modules: readonly Module[];
}

/** @throws Error when Debian's packages cannot be fetched. */
export function guestKernel(): GuestKernel {
  if (!existsSync(FOLDER)) fetchKernel();
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".ko"));
  // 03-cfg80211.ko
  const modules = files.sort().map((file) => ({ name: file.slice(3, -3), data: readFileSync(join(FOLDER, file)) }));
  return { image: join(FOLDER, IMAGE), modules };
}

function fetchKernel(): void {
  const fetched = mkdtempSync(join(tmpdir(), "ampcore-kernel-"));
  try {
    const depends = run("apt-cache", ["depends", "linux-image-amd64"], fetched);
    const name = /Depends: (linux-image-\S+)/.exec(depends)?.[1];
    if (name === undefined) throw new Error("apt-cache does not know linux-image-amd64: this needs Debian on amd64");
    run("apt-get", ["download", "-q", name], fetched);
    const archive = readdirSync(fetched).find((file) => file.endsWith(".deb"));
    if (archive === undefined) throw new Error(`apt-get has fetched no ${name}`);
    run("dpkg-deb", ["-x", archive, "."], fetched);
    const boot = join(fetched, "boot");
    const image = readdirSync(boot).find((file) => file.startsWith(IMAGE));
    if (image === undefined) throw new Error(`${name} has no ${IMAGE}`);
    const unfinished = `${FOLDER}.new`;
    mkdirSync(unfinished, { recursive: true });
    writeFileSync(join(unfinished, IMAGE), readFileSync(join(boot, image)));
    for (const [i, { name, data }] of modulesIn(join(fetched, "lib")).entries()) {
      writeFileSync(join(unfinished, `${String(i).padStart(2, "0")}-${name}.ko`), data);
    }
    renameSync(unfinished, FOLDER);
  } finally {
    rmSync(fetched, { recursive: true });
  }
}

/** The modules wanted, each behind those that it depends on. */
function modulesIn(folder: string): readonly Module[] {
  const paths = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    // A "-" of a file's name is a "_" of the module's.
    if (entry.name.endsWith(".ko")) {
      paths.set(basename(entry.name, ".ko").replaceAll("-", "_"), join(entry.parentPath, entry.name));
    }
  }
  const loaded = new Map<string, Module>();
  const load = (name: string): void => {
    const path = paths.get(name);
    if (path === undefined) throw new Error(`the kernel has no module ${name}`);
    const data = readFileSync(path);
    for (const dependency of dependenciesOf(data)) if (!loaded.has(dependency)) load(dependency);
    loaded.set(name, { name, data });
  };
  for (const name of WANTED) load(name);
  return [...loaded.values()];
}

/** What it says in its section .modinfo. */
function dependenciesOf(module: Buffer): string[] {
  const label = "\0depends=";
  const at = module.indexOf(label);
  if (at < 0) return [];
  const from = at + label.length;
  const names = module.toString("latin1", from, module.indexOf(0, from));
  return names.split(",").filter((name) => name !== "");
}

function run(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr?.trim() || error?.message}`);
  return stdout;
}
