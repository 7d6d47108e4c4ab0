/**
 * The package from the registry's point of view: `npm pack`, `npm install` of it in an empty project with everything that it
 * depends on, `npm ci` from the lock file that this makes, and the README's lines. Needs the network.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../host/build/build.ts";
import { blocks } from "../readme/page.ts";
import { run } from "../readme/tools.ts";
import { consoleOf } from "../tutorials/page.ts";

const user = mkdtempSync(join(tmpdir(), "ampcore-user-"));
try {
  const packed = JSON.parse(
    run("npm", ["pack", "--silent", "--json", "--pack-destination", user], ROOT).replace(/^[^[]*/, ""),
  );
  const [{ filename, size, unpackedSize, entryCount }] = packed;
  console.log(`${filename}: ${size} octets, ${unpackedSize} unpacked, ${entryCount} files`);
  // As the first tutorial has it, word by word.
  for (const line of consoleOf("docs/tutorials/first-station.md")) run("bash", ["-ec", line], user);
  writeFileSync(join(user, "five.mjs"), blocks("js")[0]);
  for (const step of ["npm install", "npm ci"]) {
    if (step === "npm ci") {
      rmSync(join(user, "node_modules"), { recursive: true });
      run("npm", ["ci"], user);
    }
    const said = run(process.execPath, ["five.mjs"], user).trim();
    if (said !== "21.5 C, secure") throw new Error(`after ${step} the README's lines print: ${said}`);
    run("npx", ["ampcore", "run", "--duration", "1", "--quiet"], user);
    console.log(`${step}: the README's lines print ${said}, ampcore run ends with 0`);
  }
} finally {
  rmSync(user, { recursive: true, force: true });
}
