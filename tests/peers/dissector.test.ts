/** The Wireshark dissector of AMP frames, in tshark, on our own captures: what it says is what host/wire says. */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { expectedOf, expectedOfCut, FIELDS, isReadable, isSame } from "../capture/expected.ts";
import { fileOf, flipped, mutated } from "../capture/mutated.ts";
import { type KnownPmk, openingsOf, pmksOf } from "../capture/openings.ts";
import { type ReadPacket, readCapture } from "../capture/read.ts";
import { capturedRun, RUNS } from "../capture/runs.ts";
import { type Dissected, dissect } from "../capture/tshark.ts";
import { scratchFolder } from "../cli/ampcore.ts";
import { toHex } from "../support/hex.ts";
import { changed } from "../support/simulated.ts";
import { skipWithoutPrograms } from "./programs.ts";

const SKIP = { skip: skipWithoutPrograms("tshark") };
const FOLDER = scratchFolder();

const ALL = [
  ...FIELDS,
  ...["frame.number", "frame.time_epoch", "frame.comment", "_ws.malformed", "_ws.lua.error", "ampbp.partial"],
  ...["ampbp.session", "ampbp.repeat_of", "ampbp.trigger", "ampbp.response_in", "ampbp.response", "ampbp.confirm_in"],
  ...[
    "ampbp.mic.good",
    "ampbp.plaintext",
    "ampbp.command",
    "ampbp.expert.keys",
    "ampbp.sender",
    "ampbp.more",
    "ampbp.body",
  ],
];
type Row = Dissected<string>["rows"][number];

async function rowsOf(
  name: string,
  file: Uint8Array,
  packets: readonly ReadPacket[],
  keys?: string,
): Promise<readonly Row[]> {
  const path = join(FOLDER, `${name.replaceAll(/\W+/g, "-")}.pcapng`);
  writeFileSync(path, file);
  const { rows, code, stderr } = await dissect(path, ALL, { keys });
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(rows.length, packets.length, "a row a packet");
  for (const [i, row] of rows.entries()) {
    assert.deepEqual(row["_ws.malformed"], [], `${name}, frame ${i + 1} is not malformed`);
    assert.deepEqual(row["_ws.lua.error"], [], `${name}, frame ${i + 1} without an error of Lua`);
  }
  return rows;
}

/** Fields of a frame that is cut where they stand, or whose body no codec reads, are the dissector's alone. */
function compare(where: string, packet: ReadPacket, row: Row): void {
  const expected = expectedOf(packet);
  const isWhole = packet.octets.length === packet.whole_octets;
  const isRead = isReadable(packet.octets);
  for (const field of FIELDS) {
    const printed = row[field];
    const value = expected[field];
    if (value === undefined) {
      const isOurs = /refusal|missing/.test(field) || (isWhole && isRead);
      if (isOurs) assert.deepEqual(printed, [], `${where}: ${field} of ${toHex(packet.octets)}`);
      continue;
    }
    const same = printed.length === 1 && isSame(printed[0], value);
    assert.ok(same, `${where}: ${field} is ${printed}, host/wire has ${value}, of ${toHex(packet.octets)}`);
  }
  if (isWhole) return;
  for (const [field, value] of Object.entries(expectedOfCut(packet))) {
    // Of a string of octets that power failed in there is the part that was sent, or none.
    for (const printed of row[field])
      assert.ok(
        isSame(printed, value) || field === "ampbp.info",
        `${where}, cut: ${field} is ${printed}, not ${value}`,
      );
  }
}

for (const [name, scenario] of Object.entries(RUNS)) {
  test(
    `tshark reads every field of every frame of ${name} as host/wire does, and calls none malformed`,
    SKIP,
    async () => {
      const { file, result } = capturedRun(scenario);
      const { packets } = readCapture(file);
      const rows = await rowsOf(name, file, packets);
      const types = new Set<number>();
      for (const [i, packet] of packets.entries()) {
        const row = rows[i];
        compare(`frame ${i + 1}`, packet, row);
        types.add(packet.octets[0]);
        const [seconds, fraction] = row["frame.time_epoch"][0].split(".");
        assert.equal(
          BigInt(seconds) * 1_000_000_000n + BigInt(fraction),
          packet.time_ns,
          "the instant, to the nanosecond",
        );
        const [sender] = row["ampbp.sender"];
        assert.ok(packet.comment.startsWith(`from ${sender};`), `${packet.comment}: the sender is ${sender}`);
      }
      assert.ok(
        [0x08, 0x19, 0x1a].every((fc) => types.has(fc)),
        "M1, M2 and M3 are there",
      );
      const cut = rows.filter((row) => isSame(row["ampbp.cut"][0], true)).length;
      assert.equal(cut, result.air.up.cut ?? 0, "as many are shown as cut as the run counts");
      linked(packets, rows);
    },
  );
}

/** Repeats, and what answers what, as they follow from the order of frames alone. */
function linked(packets: readonly ReadPacket[], rows: readonly Row[]): void {
  const first = new Map<string, number>();
  const numbers = (i: number, field: string): number[] => rows[i][field].map(Number);
  let responses = 0;
  for (const [i, { octets, channel, whole_octets }] of packets.entries()) {
    const isNoted = octets.length === whole_octets && rows[i]["ampbp.refusal"].length === 0;
    const key = `${channel} ${toHex(octets)}`;
    const known = first.get(key);
    assert.deepEqual(numbers(i, "ampbp.repeat_of"), isNoted && known ? [known] : [], `frame ${i + 1} is a repeat`);
    if (!isNoted) continue;
    if (known === undefined) first.set(key, i + 1);
    if (known !== undefined) {
      assert.equal(
        rows[i]["ampbp.session"][0],
        rows[known - 1]["ampbp.session"][0],
        "a repeat is of the first's session",
      );
    }
    const [trigger] = numbers(i, "ampbp.trigger");
    const [response] = numbers(i, "ampbp.response");
    if (octets[0] === 0x19) {
      responses++;
      assert.ok(numbers(trigger - 1, "ampbp.response_in").includes(i + 1), `frame ${i + 1} and its trigger ${trigger}`);
      const earlier = packets.slice(0, i).findLastIndex((one) => one.octets[0] === 0x08 && one.channel === channel);
      if (known === undefined) assert.equal(trigger, earlier + 1, `frame ${i + 1} answers the trigger before it`);
    }
    if (octets[0] === 0x1a) {
      const id = packets[response - 1].octets.subarray(1, 3);
      assert.deepEqual(octets.subarray(1, 3), id, `frame ${i + 1} and its response ${response} are of one ID`);
      assert.ok(numbers(response - 1, "ampbp.confirm_in").length > 0, `${response} knows that it was confirmed`);
      assert.equal(rows[i]["ampbp.session"][0], rows[response - 1]["ampbp.session"][0], "one session");
    }
  }
  assert.ok(responses > 5, `${responses} responses`);
}

test(
  "tshark takes thousands of mutated frames without an error of Lua, and refuses each for the reason that host/wire has",
  SKIP,
  async () => {
    const file = fileOf([...mutated(3000), ...flipped()]);
    const { packets } = readCapture(file);
    const rows = await rowsOf("mutated", file, packets);
    for (const [i, packet] of packets.entries()) compare(`frame ${i + 1}`, packet, rows[i]);
    const checks = new Set(rows.flatMap((row) => row["ampbp.refusal.check"]));
    const all = ["length of the frame", "ID", "type", "FCS", "reserved bits", "body length by TDC", "profile"];
    for (const check of [...all, "body length by type", "AA", "TriggerInfo", "PN"]) {
      assert.ok(checks.has(check), `a frame is refused by the check of ${check}`);
    }
    for (const field of ["ampbp.partial", "ampbp.more", "ampbp.body"]) {
      assert.ok(
        rows.some((row) => row[field].length > 0),
        `${field} is shown`,
      );
    }
  },
);

for (const name of [
  "the hostile scenario",
  "profile wide, in clear, to each, with data",
  "profile strong, direct mode, root updates",
]) {
  test(`given PMKs, tshark verifies and decrypts ${name} as the host's code does`, SKIP, async () => {
    const { file, roots } = capturedRun(RUNS[name]);
    const { packets } = readCapture(file);
    const pmks = pmksOf(packets, roots);
    const expected = openingsOf(packets, pmks);
    const rows = await rowsOf(`${name} opened`, file, packets, keysOf(pmks));
    for (const [i, row] of rows.entries()) {
      const isEncrypted = row["ampbp.tdc.encrypted"].some((printed) => isSame(printed, true));
      const wanted = expected[i];
      const good = wanted === undefined ? [] : [wanted !== "bad MIC"];
      assert.deepEqual(
        row["ampbp.mic.good"].map((printed) => isSame(printed, true)),
        good,
        `frame ${i + 1}: its MIC`,
      );
      const plain = isEncrypted && wanted && wanted !== "bad MIC" ? [wanted] : [];
      assert.deepEqual(row["ampbp.plaintext"], plain, `frame ${i + 1}: its plaintext`);
    }
    const opened = expected.filter((one) => one !== undefined && one !== "bad MIC").length;
    assert.ok(opened > 20, `${opened} frames are opened`);
    if (name.includes("updates"))
      assert.ok(
        rows.some((row) => row["ampbp.command"].some((one) => one.startsWith("UPDATE"))),
        "an UPDATE is read",
      );
  });
}

test("given another PMK, tshark opens nothing; given what is no key, it says so and shows the rest", SKIP, async () => {
  for (const name of ["the default scenario", "profile wide, in clear, to each, with data"]) {
    const { file: whole, roots } = capturedRun(RUNS[name]);
    const packets = readCapture(whole).packets.slice(0, 40);
    const file = fileOf(packets.map((packet) => ({ ...packet, time_ns: Number(packet.time_ns) })));
    const others = pmksOf(packets, roots).map(({ spa, pmk }) => ({ spa, pmk: pmk.map((octet) => octet ^ 1) }));
    const rows = await rowsOf("other keys", file, packets, keysOf(others));
    assert.ok(
      rows.every((row) => row["ampbp.plaintext"].length === 0),
      "nothing is opened",
    );
    const tried = rows.flatMap((row) => row["ampbp.mic.good"]);
    assert.ok(tried.length > 3 && tried.every((printed) => isSame(printed, false)), `${name}: every Response is tried`);
  }
  const file = fileOf(mutated(20));
  const { packets } = readCapture(file);
  for (const keys of [
    "nonsense",
    "02c0ffee0000=12",
    `02c0ffee00=${"00".repeat(32)}`,
    `02c0ffee0000=${"0".repeat(63)}`,
  ]) {
    const rows = await rowsOf("no keys", file, packets, keys);
    assert.ok(
      rows.every((row) => row["ampbp.cut"].length === 1),
      "frames are shown",
    );
    assert.ok(
      rows.some((row) => row["ampbp.expert.keys"].length === 1),
      `${keys} is told of`,
    );
  }
});

function keysOf(pmks: readonly KnownPmk[]): string {
  return pmks.map(({ spa, pmk }) => `${toHex(spa)}=${toHex(pmk)}`).join(",");
}

test("an error of Lua would be seen: a dissector that fails in a frame is told of", SKIP, async () => {
  const script = join(FOLDER, "broken.lua");
  writeFileSync(
    script,
    `local p = Proto("broken", "Broken")
     function p.dissector(tvb, pinfo) if pinfo.number == 2 then error("on purpose") end end
     DissectorTable.get("wtap_encap"):add(wtap.USER0, p)`,
  );
  const path = join(FOLDER, "for-broken.pcapng");
  writeFileSync(path, capturedRun(RUNS["the default scenario"]).file);
  const { rows } = await dissect(path, ["_ws.lua.error"], { script });
  assert.deepEqual(
    rows.slice(0, 3).map((row) => row["_ws.lua.error"].length),
    [0, 1, 0],
  );
});

test(
  "frames of channels that overlap are told apart, in one pass and in two, with a read filter and without",
  SKIP,
  async () => {
    const { file } = capturedRun(changed({ duration_s: 1, stations: { count: 8 }, air: { channels: 4 } }));
    const { packets } = readCapture(file);
    const path = join(FOLDER, "channels.pcapng");
    writeFileSync(path, file);
    const fields = ["ampbp.trigger", "ampbp.session", "ampbp.repeat_of"] as const;
    const all = await Promise.all(
      [[], ["-2"], ["-2", "-R", "frame"]].map(async (passes) => (await dissect(path, fields, { passes })).rows),
    );
    for (const rows of all) assert.deepEqual(rows, all[0]);
    let across = 0;
    for (const [i, { octets, channel }] of packets.entries()) {
      if (octets[0] !== 0x19) continue;
      const before = packets.slice(0, i);
      const own = before.findLastIndex((one) => one.octets[0] === 0x08 && one.channel === channel);
      if (own !== before.findLastIndex((one) => one.octets[0] === 0x08)) across++;
      assert.deepEqual(all[0][i]["ampbp.trigger"], [String(own + 1)], `frame ${i + 1}`);
    }
    assert.ok(across > 20, `${across} M2s behind another channel's trigger`);
  },
);
