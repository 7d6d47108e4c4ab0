/** One capture of all of it: the network and both airs, as Wireshark's own dissectors and ours read it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { captureOf } from "../../host/story/capture.ts";
import { scratchFolder } from "../cli/ampcore.ts";
import { skipWithoutPrograms } from "../peers/programs.ts";
import { told } from "./bed.ts";

const skip = skipWithoutPrograms("openssl", "tshark");
const FOLDER = scratchFolder();
const AMP = fileURLToPath(new URL("../../tools/wireshark/amp.lua", import.meta.url));

function rowsOf(file: string, ...fields: string[]): string[][] {
  const args = ["-r", file, "-d", "udp.port==7161,diameter", "-X", `lua_script:${AMP}`, "-T", "fields"];
  const { status, stdout, stderr } = spawnSync("tshark", [...args, ...fields.flatMap((field) => ["-e", field])], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  assert.equal(status, 0, stderr);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"));
}

test("004-S1 002-A1 003-M1: one pcapng of the story, every packet in its order, and read by its own dissector", {
  skip,
}, async () => {
  const story = await told();
  const file = join(FOLDER, "story.pcapng");
  writeFileSync(file, captureOf(story, "a test"));
  const rows = rowsOf(
    file,
    "frame.interface_name",
    "frame.time_epoch",
    "frame.protocols",
    "_ws.malformed",
    "frame.comment",
    "frame.packet_flags_direction",
  );
  assert.equal(rows.length, story.rungs.length);
  const protocolsOf = { SeNAA: "diameter", "802.21": "mih", "802.11": "wlan", AMP: "ampbp" };
  const interfaceOf = { SeNAA: "network", "802.21": "network", "802.11": "802.11", AMP: "AMP" };
  let before_s = 0;
  for (const [i, [name, time, protocols, malformed, comment, direction]] of rows.entries()) {
    const { way, time_s, fate, chapter, from } = story.rungs[i];
    assert.equal(
      Number(direction || 0),
      way !== "AMP" ? 0 : from === "station" ? 1 : 2,
      `packet ${i + 1}, as the AP sees it`,
    );
    assert.equal(name, interfaceOf[way]);
    assert.ok(Math.abs(Number(time) - time_s) < 1e-6 && Number(time) >= before_s, `packet ${i + 1} is at ${time} s`);
    before_s = Number(time);
    assert.ok(comment.startsWith(`${chapter}: `), comment);
    // A frame in which power failed is no whole one.
    if (fate?.startsWith("power")) continue;
    assert.equal(malformed, "", `packet ${i + 1}`);
    assert.ok(protocols.split(":").includes(protocolsOf[way]), `packet ${i + 1} of ${way} is ${protocols}`);
  }
  const handshake = rowsOf(file, "wlan_rsna_eapol.keydes.msgnr").flatMap(([number]) => (number ? [number] : []));
  assert.deepEqual(handshake, ["1", "2", "3", "4"], "the 4-way handshake of the station's birth");
});
