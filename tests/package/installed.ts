/**
 * The package as a user has it: what `npm pack` makes, unpacked into the node_modules of an empty folder, beside what its
 * package.json depends on and nothing that only a checkout has.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../../host/build/build.ts";
import { makePackage } from "../../host/build/package.ts";
import { run } from "../readme/tools.ts";

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}

/** Unpacks it below `folder`, which is then a project that has installed ampcore; returns where the package lies. */
export async function install(folder: string): Promise<string> {
  await makePackage();
  const [{ filename }] = JSON.parse(
    run("npm", ["pack", "--ignore-scripts", "--json", "--silent", "--pack-destination", folder], ROOT),
  );
  const modules = join(folder, "node_modules");
  mkdirSync(modules, { recursive: true });
  run("tar", ["-xzf", filename], folder);
  const place = join(modules, "ampcore");
  renameSync(join(folder, "package"), place);
  mkdirSync(join(modules, ".bin"));
  symlinkSync("../ampcore/build/package/host/cli/ampcore.mjs", join(modules, ".bin/ampcore"));
  for (const path of dependencies()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(join(ROOT, path), join(folder, path));
  }
  return place;
}

/** What npm would put beside it: all that the lock file has for more than development. */
function dependencies(): string[] {
  const { packages }: Lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
  return Object.entries(packages)
    .filter(([path, { dev = false }]) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && !dev)
    .map(([path]) => path)
    .filter((path) => existsSync(join(ROOT, path)));
}
