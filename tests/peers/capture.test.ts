/** Captures of our own exchange in the hands of programs that know nothing of us: tshark decrypts, aircrack-ng finds the passphrase. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { pbkdf2Sync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { emitMsdu } from "../../host/rsn/frames/llc.ts";
import { nodeRsnCrypto } from "../../host/rsn/keys/crypto.node.ts";
import { derivePtk } from "../../host/rsn/keys/ptk.ts";
import { suiteOf } from "../../host/rsn/keys/suites.ts";
import { LINK_TYPE, pcapOf } from "../../host/rsn/pcap.ts";
import { keysOnAir } from "../rsn/ap/air.ts";
import { AA, Bed, SPA, SSID } from "../rsn/ap/bed.ts";
import { toHex } from "../support/hex.ts";
import { skipWithoutPrograms } from "./programs.ts";

const PASSPHRASE = "ambient power";
/** IEEE Std 802.11-2020, J.4.1. */
const PMK = new Uint8Array(pbkdf2Sync(PASSPHRASE, SSID, 4096, 32, "sha1"));
/** IEEE 802 local experimental EtherType: what nobody dissects any further. */
const EXPERIMENTAL = 0x88b5;
const msduOf = (text: string): Uint8Array =>
  emitMsdu({ etherType: EXPERIMENTAL, data: new TextEncoder().encode(text) });

/** Association, handshake, a reading up, an answer down, one for all, a new GTK and one for all under it. */
function exchange(akm: 2 | 6, mode: "rsn" | "seed"): Bed {
  const bed = new Bed({ akm, mode, pmk: PMK });
  bed.air.push(bed.ap.beacon(0));
  bed.connect();
  assert.ok(bed.isAuthorized, "the port is open");
  const { frame } = bed.station.send(msduOf("reading"));
  assert.ok(frame, "the station sends");
  bed.up(frame);
  for (const down of [bed.ap.send(SPA, AA, msduOf("answer")), bed.ap.broadcast(AA, msduOf("for all"))]) {
    assert.ok(typeof down !== "string", `${down}`);
    bed.air.push(down);
  }
  bed.down(bed.ap.rekey(bed.now_s));
  const later = bed.ap.broadcast(AA, msduOf("again"));
  assert.ok(typeof later !== "string", `${later}`);
  bed.air.push(later);
  return bed;
}

function withCapture(bed: Bed, linkType: 105 | 127, run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "ampcore-capture-"));
  try {
    const frames = bed.air.map((octets, i) => ({ time_s: i / 1000, octets }));
    writeFileSync(join(folder, "air.pcap"), pcapOf(frames, linkType));
    run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function tshark(folder: string, pmk: Uint8Array, fields: readonly string[]): string[][] {
  const decryption = ["-o", "wlan.enable_decryption:TRUE", "-o", `uat:80211_keys:"wpa-psk","${toHex(pmk)}"`];
  const columns = fields.flatMap((field) => ["-e", field]);
  const args = ["-r", "air.pcap", ...decryption, "-T", "fields", "-E", "separator=|", ...columns];
  const { stdout, stderr, status } = spawnSync("tshark", args, { cwd: folder, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split("|"));
}

const text = (hexadecimal: string): string => Buffer.from(hexadecimal, "hex").toString();

for (const akm of [2, 6] as const) {
  for (const mode of ["rsn", "seed"] as const) {
    for (const linkType of [LINK_TYPE.ieee80211, LINK_TYPE.radiotap]) {
      test(`000-R8, 000-R9: tshark decrypts AKM ${akm}, mode ${mode}, link type ${linkType}, and has our TK`, {
        skip: skipWithoutPrograms("tshark"),
      }, () => {
        const bed = exchange(akm, mode);
        const [m1, m2] = keysOnAir(bed.air);
        const inputs = { aa: AA, spa: SPA, aNonce: m1.nonce, sNonce: m2.nonce };
        const { tk } = derivePtk(nodeRsnCrypto, suiteOf(akm), PMK, inputs);
        withCapture(bed, linkType, (folder) => {
          const rows = tshark(folder, PMK, ["wlan.analysis.tk", "data.data", "_ws.malformed"]);
          assert.equal(rows.length, bed.air.length, "every frame is read");
          assert.deepEqual(
            rows.filter(([, , malformed]) => malformed),
            [],
          );
          const texts = rows.flatMap(([, data]) => (data ? [text(data)] : []));
          assert.deepEqual(texts, ["reading", "answer", "for all", "again"]);
          const tks = new Set(rows.flatMap(([found]) => (found ? [found.replaceAll(":", "")] : [])));
          assert.deepEqual([...tks], [toHex(tk)]);
          const wrong = tshark(
            folder,
            PMK.map((octet) => octet ^ 1),
            ["data.data"],
          );
          assert.ok(!wrong.some(([data]) => text(data ?? "") === "reading"), "not with another PMK");
        });
      });
    }
  }
}

test("000-R8: aircrack-ng finds the passphrase by the MIC of our M2, and not among others", {
  skip: skipWithoutPrograms("aircrack-ng"),
}, () => {
  withCapture(exchange(2, "rsn"), LINK_TYPE.ieee80211, (folder) => {
    const bssid = (toHex(AA).match(/../g) ?? []).join(":");
    const crack = (words: readonly string[]): string => {
      writeFileSync(join(folder, "words"), `${words.join("\n")}\n`);
      const args = ["-q", "-w", "words", "-b", bssid, "air.pcap"];
      return spawnSync("aircrack-ng", args, { cwd: folder, encoding: "utf8" }).stdout;
    };
    const others = ["ambient powre", "12345678", "correct horse"];
    assert.match(crack([...others, PASSPHRASE]), /KEY FOUND! \[ ambient power \]/);
    assert.match(crack(others), /KEY NOT FOUND/);
  });
});
