/** eapol_test, wpa_supplicant's own RADIUS client and EAP peer, before our RADIUS server and EAP-PSK server. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { EapPskServer, type PskOutcome } from "../../host/eap/pskserver.ts";
import { RadiusUdpServer } from "../../host/radius/udp.node.ts";
import { nodeRsnCrypto } from "../../host/rsn/keys/crypto.node.ts";
import { ID_S, KEY, OTHER_KEY, serverOf } from "../rsn/eap/conversation.ts";
import { toHex } from "../support/hex.ts";
import { skipWithoutPrograms } from "./programs.ts";

const skip = skipWithoutPrograms("eapol_test");
const SECRET = "testing123";
const WITHIN_ms = 10_000;

interface Run {
  readonly identity: string;
  readonly key: Uint8Array;
  readonly secret?: string;
  /** More of its options. */
  readonly options?: readonly string[];
  readonly eap?: EapPskServer;
}

/** What eapol_test says, and what our server has come to. */
async function eapolTest({ identity, key, secret = SECRET, options = [], eap }: Run) {
  const outcomes: PskOutcome[] = [];
  const server = await RadiusUdpServer.open(
    { address: "127.0.0.1", port: 0 },
    { secret: new TextEncoder().encode(SECRET), eap: eap ?? serverOf(outcomes) },
  );
  const folder = mkdtempSync(join(tmpdir(), "ampcore-eapoltest-"));
  try {
    const network = ["key_mgmt=WPA-EAP", "eap=PSK", `identity="${identity}"`, `password=${toHex(key)}`];
    writeFileSync(join(folder, "psk.conf"), ["network={", ...network, "}", ""].join("\n"));
    const where = ["-cpsk.conf", "-a127.0.0.1", `-p${server.port}`, `-s${secret}`, ...options];
    const child = spawn("eapol_test", where, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (text: Buffer) => {
        output += text.toString();
      });
    }
    const late = setTimeout(() => child.kill("SIGKILL"), WITHIN_ms);
    const [code] = await once(child, "close");
    clearTimeout(late);
    return { code, output, outcomes };
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}

test("000-R5, 002-A11: eapol_test authenticates to our EAP-PSK server over our RADIUS server, twice, and gets its MPPE keys", {
  skip,
}, async () => {
  const { code, output, outcomes } = await eapolTest({ identity: "psk.user", key: KEY, options: ["-r1"] });
  assert.equal(code, 0, output.slice(-1000));
  assert.match(output, /MPPE keys OK: 2 {2}mismatch: 0/);
  assert.match(output, /^SUCCESS$/m);
  assert.deepEqual(outcomes, ["success", "success"]);
});

test("000-R5: eapol_test with one wrong bit in its key, or an identity that nobody has, is rejected by our server alike", {
  skip,
}, async () => {
  for (const [identity, key, outcome] of [
    ["psk.user", OTHER_KEY, "wrong MAC_P"],
    ["nobody", KEY, "unknown identity"],
  ] as const) {
    const { code, output, outcomes } = await eapolTest({ identity, key });
    assert.notEqual(code, 0);
    assert.match(output, /^FAILURE$/m);
    assert.match(output, /EAP: Received EAP-Failure/);
    assert.equal(output.match(/RADIUS message: code=3 \(Access-Reject\)/g)?.length, 1);
    assert.deepEqual(outcomes, [outcome]);
  }
});

test("000-R5: eapol_test with another RADIUS secret is not answered by our server", { skip }, async () => {
  const { code, output, outcomes } = await eapolTest({
    identity: "psk.user",
    key: KEY,
    secret: "testing124",
    options: ["-t1"],
  });
  assert.notEqual(code, 0);
  assert.match(output, /EAPOL test timed out/);
  assert.doesNotMatch(output, /Received RADIUS message/);
  assert.deepEqual(outcomes, []);
});

test("000-R5: an ID_S of 300 octets goes through two EAP-Message attributes to eapol_test", { skip }, async () => {
  const idS = Uint8Array.from({ length: 300 }, (_, i) => ID_S[i % ID_S.length]);
  const eap = new EapPskServer({ crypto: nodeRsnCrypto, idS, keyOf: () => KEY });
  const { code, output } = await eapolTest({ identity: "psk.user", key: KEY, eap });
  assert.equal(code, 0, output.slice(-1000));
  assert.match(output, /MPPE keys OK: 1 {2}mismatch: 0/);
});
