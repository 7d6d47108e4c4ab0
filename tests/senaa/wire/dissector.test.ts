/** Our messages in a capture, as Wireshark's own dissector of Diameter reads them. */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { mihPcap } from "../../../host/mih/pcap.ts";
import { type Avp, isSameAvp, readAvps } from "../../../host/senaa/wire/avp.ts";
import { AVP, PORT } from "../../../host/senaa/wire/dictionary.ts";
import type { Fields } from "../../../host/senaa/wire/fields.ts";
import { HEADER_OCTETS, readHeader, retransmitted } from "../../../host/senaa/wire/header.ts";
import { emitInner } from "../../../host/senaa/wire/message.ts";
import { MESSAGES, type Spec } from "../../../host/senaa/wire/messages.ts";
import { isRefusal } from "../../../host/senaa/wire/refusal.ts";
import { concat } from "../../../host/wire/octets.ts";
import { dissect } from "../../capture/tshark.ts";
import { scratchFolder } from "../../cli/ampcore.ts";
import { skipWithoutPrograms } from "../../peers/programs.ts";
import { SAMPLES, valuesOf } from "./samples.ts";

const SKIP = { skip: skipWithoutPrograms("tshark") };
const FLAGS = ["request", "proxyable", "error", "T"];
const FIELDS = [
  ...[
    "_ws.malformed",
    "_ws.expert.severity",
    "_ws.expert.message",
    "diameter.version",
    "diameter.length",
    "diameter.cmd.code",
  ],
  ...["diameter.applicationId", "diameter.hopbyhopid", "diameter.endtoendid", "diameter.avp.code", "diameter.avp.len"],
  ...["diameter.avp.vendorId", ...FLAGS.map((flag) => `diameter.flags.${flag}`), "diameter.Session-Id"],
  ...["diameter.Result-Code", "diameter.User-Name", "diameter.Termination-Cause", "diameter.EAP-Payload"],
];
/** tshark's severities: 8388608 is an error, of a message that is not as it should be. */
const ERROR = 0x80_0000;

/** tshark takes nothing shorter for Diameter: a base message has an Origin-Host. */
const DISSECTED_MIN = 36;

/** What stands inside of TLS, as a message that nothing hides: the dissector sees those AVPs, too. */
const INNER = MESSAGES.filter(({ inner }) => Object.keys(inner).length > 0).map((spec) => {
  const { inner, command, name } = spec as Spec<string, Fields, Fields, Fields>;
  const sample = SAMPLES.find((one) => one.spec.command === command && one.spec.name === name);
  assert.ok(sample, `a sample of ${name}`);
  const avps = emitInner(spec as Spec<string, Fields, Fields, Fields>, valuesOf(inner));
  const datagram = concat(sample.datagram.subarray(0, HEADER_OCTETS), avps);
  new DataView(datagram.buffer).setUint32(0, 0x0100_0000 + datagram.length);
  return datagram;
});

test(
  "tshark reads every message as Diameter over UDP: header, flags, identifiers and AVPs, and has nothing against any",
  SKIP,
  async () => {
    const datagrams = [...SAMPLES.map(({ datagram }) => datagram), ...INNER, retransmitted(SAMPLES[0].datagram)];
    const path = join(scratchFolder(), "senaa.pcap");
    const to = `127.0.0.9:${PORT.paaTls}`;
    writeFileSync(
      path,
      mihPcap(datagrams.map((octets, i) => ({ time_s: i / 1000, from: "127.0.0.8:7162", to, octets }))),
    );
    const passes = ["-d", `udp.port==${PORT.paaTls},diameter`];
    const { rows, code, stderr } = await dissect(path, FIELDS, { passes });
    assert.deepEqual([code, stderr, rows.length], [0, "", datagrams.length], "a row a datagram");
    for (const [i, row] of rows.entries()) {
      const datagram = datagrams[i];
      const where = `datagram ${i}, command ${row["diameter.cmd.code"]}`;
      const header = readHeader(datagram)?.header;
      const avps = readAvps(datagram, HEADER_OCTETS);
      assert.ok(header && !isRefusal(avps), where);
      if (datagram.length < DISSECTED_MIN) {
        assert.deepEqual([header.isError, row["diameter.version"]], [true, []], `${where} is the shortest refusal`);
        continue;
      }
      assert.deepEqual(row["_ws.malformed"], [], `${where} is not malformed`);
      const worst = Math.max(0, ...row["_ws.expert.severity"].map(Number));
      assert.ok(worst < ERROR, `${where}: ${row["_ws.expert.message"].join(", ")}`);
      const { command, application, hopByHop, endToEnd } = header;
      const numbers = ["version", "length", "cmd.code", "applicationId", "hopbyhopid", "endtoendid"];
      assert.deepEqual(
        numbers.map((field) => Number(row[`diameter.${field}`][0])),
        [1, datagram.length, command, application, hopByHop, endToEnd],
        where,
      );
      assert.deepEqual(
        FLAGS.map((flag) => row[`diameter.flags.${flag}`][0] === "1" || row[`diameter.flags.${flag}`][0] === "True"),
        [header.isRequest, header.isProxiable, header.isError, header.isRetransmitted],
        `${where}: flags`,
      );
      assert.deepEqual(row["diameter.avp.code"].map(Number), codesOf(avps), `${where}: AVPs, and those in Failed-AVP`);
    }
  },
);

/** In the order of the tree: what a group holds comes behind it. */
function codesOf(avps: readonly Avp[]): number[] {
  return avps.flatMap((avp) => {
    const held = isSameAvp(avp, AVP.failedAvp) ? readAvps(avp.data) : [];
    return [avp.code, ...(isRefusal(held) ? [] : codesOf(held))];
  });
}
