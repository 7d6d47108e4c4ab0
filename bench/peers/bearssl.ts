/*
 * BearSSL's source, out of Debian's archive: fetched once into build/peers, never into the repository. Its license is MIT.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../host/build/build.ts";
import { McuError, run } from "../../host/mcu/translate.ts";
import type { Implementation } from "./harness.ts";

export const BEARSSL_VERSION = "0.6+dfsg.1";
const TARBALL = `bearssl_${BEARSSL_VERSION}.orig.tar.xz`;
const SHA256 = "102a625bd8f6155260867a50c508df8d8c3f796985dd744df1a68e5cd1a79004";
const FOLDER = join(ROOT, "build/peers");
const SOURCE = join(FOLDER, "bearssl-0.6");

/** What the jobs call, and what that calls. */
const FILES = [
  ...["hash/sha2small.c", "mac/hmac.c", "aead/ccm.c", "symcipher/aes_common.c"],
  ...["symcipher/aes_ct.c", "symcipher/aes_ct_enc.c", "symcipher/aes_ct_ctrcbc.c"],
  ...["codec/ccopy.c", "codec/dec32be.c", "codec/dec32le.c", "codec/enc32be.c", "codec/enc32le.c"],
];

/** The implementation, its source fetched if need be. @throws McuError where it cannot be had. */
export function bearssl(): Implementation {
  if (!existsSync(SOURCE)) fetchSource();
  return {
    jobs: "bearssl.c",
    sources: FILES.map((file) => join(SOURCE, "src", file)),
    flags: [`-I${join(SOURCE, "inc")}`, `-I${join(SOURCE, "src")}`],
    optimisation: "-O2",
  };
}

/** By apt-get, with lists of its own: the machine's are left as they are. */
function fetchSource(): void {
  const scratch = `${FOLDER}.${process.pid}`;
  mkdirSync(join(scratch, "lists/partial"), { recursive: true });
  try {
    const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
    const list = join(scratch, "sources.list");
    writeFileSync(list, `deb-src [signed-by=${keyring}] http://deb.debian.org/debian bookworm main\n`);
    const options = [
      `Dir::Etc::sourcelist=${list}`,
      "Dir::Etc::sourceparts=/dev/null",
      `Dir::State::lists=${join(scratch, "lists")}`,
      `Dir::Cache=${scratch}`,
      "APT::Sandbox::User=root",
    ].flatMap((option) => ["-o", option]);
    run("apt-get", [...options, "-q", "update"], scratch);
    run("apt-get", [...options, "-q", "source", "--download-only", "bearssl"], scratch);
    const found = createHash("sha256")
      .update(readFileSync(join(scratch, TARBALL)))
      .digest("hex");
    if (found !== SHA256) throw new McuError(`${TARBALL} has the SHA-256 ${found}, where ${SHA256} was measured with`);
    run("tar", ["xf", TARBALL], scratch);
    mkdirSync(FOLDER, { recursive: true });
    renameSync(join(scratch, "bearssl-0.6"), SOURCE);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
