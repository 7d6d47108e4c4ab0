/** Our messages in a capture, as Wireshark's own dissector of IEEE 802.21 reads them. */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { mihPcap } from "../../../host/mih/pcap.ts";
import { fragmentsOf, Reassembly } from "../../../host/mih/transport/fragments.ts";
import { HEADER_OCTETS, type Header, OPCODE, readHeader } from "../../../host/mih/wire/header.ts";
import { type AnyMessage, emitService } from "../../../host/mih/wire/message.ts";
import { COMPLETE_REQUEST, PREREG_REQUEST, PREREG_RESPONSE } from "../../../host/mih/wire/messages.ts";
import { emitPdu } from "../../../host/mih/wire/pdu.ts";
import { readTlvs } from "../../../host/mih/wire/tlv.ts";
import { LINK_TYPE, link80211 } from "../../../host/mih/wire/values.ts";
import { dissect } from "../../capture/tshark.ts";
import { scratchFolder } from "../../cli/ampcore.ts";
import { skipWithoutPrograms } from "../../peers/programs.ts";
import { fullBodyOf, LENGTHS, MESSAGES } from "./bodies.ts";

const SKIP = { skip: skipWithoutPrograms("tshark") };
const FOLDER = scratchFolder();
const ENDS = { source: "mn@example.org", destination: "spos@example.net" };
const [SAID, SECURITY] = [new Uint8Array(9).fill(3), new Uint8Array(200).fill(0xa5)];

const FIELDS = [
  ...["udp.dstport", "_ws.malformed", "_ws.expert", "mih.version", "mih.acq_req", "mih.acq_resp", "mih.more_frag"],
  ...["mih.frag_no", "mih.mid", "mih.service_id", "mih.opcode", "mih.action_id", "mih.tid", "mih.pay_len"],
  ...["mih.tlv_type", "mih.tlv_length", "mih.tlv_length_ext", "mih.link_type", "mih.mac_addr", "mih.cell_id"],
  ...["mih.status", "mih.fragmented_tlv", "ip.checksum.status", "ip.src", "ip.dst", "udp.srcport", "mih.mihf_id"],
];
type Row = Readonly<Record<string, readonly string[]>>;

async function rowsOf(name: string, datagrams: readonly Uint8Array[]): Promise<readonly Row[]> {
  const path = join(FOLDER, `${name}.pcap`);
  const carried = datagrams.map((octets, i) => ({ time_s: i / 1000, from: "mn", to: "127.0.0.9:4551", octets }));
  writeFileSync(path, mihPcap(carried));
  const { rows, code, stderr } = await dissect(path, FIELDS, { passes: ["-o", "ip.check_checksum:TRUE"] });
  assert.deepEqual([code, stderr], [0, ""], "tshark reads it");
  assert.equal(rows.length, datagrams.length, "a row a datagram");
  return rows;
}

function headerOf({ sid, opcode, aid }: AnyMessage, tid: number): Header {
  return {
    ackReq: true,
    ackRsp: opcode === OPCODE.response,
    uir: false,
    more: false,
    fragment: 0,
    sid,
    opcode,
    aid,
    tid,
  };
}

/** What tshark prints of the datagram's header, as this host's own reading of it has it. */
function compareHeader(row: Row, datagram: Uint8Array, where: string): void {
  const header = readHeader(datagram);
  assert.ok(typeof header === "object", where);
  const { ackReq, ackRsp, more, fragment, sid, opcode, aid, tid } = header;
  const printed = [
    "acq_req",
    "acq_resp",
    "more_frag",
    "frag_no",
    "service_id",
    "opcode",
    "action_id",
    "tid",
    "pay_len",
  ];
  assert.deepEqual(
    printed.map((field) => Number(row[`mih.${field}`][0])),
    [Number(ackReq), Number(ackRsp), Number(more), fragment, sid, opcode, aid, tid, datagram.length - HEADER_OCTETS],
    where,
  );
  assert.equal(Number(row["mih.version"][0]), 1, where);
  assert.deepEqual(row["_ws.malformed"], [], `${where} is not malformed`);
}

/** And of its TLVs. The dissector prints of an extended length what stands there, less 128 that is. */
function compareTlvs(row: Row, datagram: Uint8Array, where: string): void {
  const tlvs = readTlvs(datagram.subarray(HEADER_OCTETS)) ?? [];
  assert.deepEqual(
    row["mih.tlv_type"].map(Number),
    tlvs.map(({ type }) => type),
    `${where}: types`,
  );
  const lengths = tlvs.map(({ value }) => value.length);
  const [short, long] = [lengths.filter((length) => length <= 128), lengths.filter((length) => length > 128)];
  assert.deepEqual(row["mih.tlv_length"].map(Number), short, `${where}: lengths`);
  assert.deepEqual(
    row["mih.tlv_length_ext"].map(Number),
    long.map((length) => length - 128),
    `${where}: long ones`,
  );
  assert.deepEqual(row["mih.mihf_id"].slice(0, 2), [ENDS.source, ENDS.destination], `${where}: who and to whom`);
  // It shows octets that it has no name for as text, and warns of some text that goes on behind a NUL: no fault of ours.
  const said = row["_ws.expert"];
  const isNul = tlvs.some(({ value }) => hasInnerNul(value));
  assert.ok(said.every((one) => one === STRAY) && (isNul || said.length === 0), `${where}: its experts say ${said}`);
}

const STRAY = "Expert Info (Warning/Undecoded): Trailing stray characters";

function hasInnerNul(value: Uint8Array): boolean {
  const at = value.indexOf(0);
  return at >= 0 && value.subarray(at).some((octet) => octet !== 0);
}

test(
  "tshark reads every message, in clear, protected and as a bare acknowledgement, as MIH, and calls none malformed",
  SKIP,
  async () => {
    const datagrams: Uint8Array[] = [];
    const names: string[] = [];
    for (const [i, message] of MESSAGES.entries()) {
      const [body] = fc.sample(fullBodyOf(message), { numRuns: 1, seed: 40 + i });
      const header = headerOf(message, 100 + i);
      datagrams.push(
        emitPdu({ header, ...ENDS, service: emitService(message, body) }),
        emitPdu({ header, ...ENDS, protection: { said: SAID, security: SECURITY } }),
        emitPdu({ header: { ...header, ackReq: false, ackRsp: true }, ...ENDS }),
      );
      names.push(...["in clear", "protected", "acknowledged"].map((how) => `${message.name}, ${how}`));
    }
    for (const [i, row] of (await rowsOf("messages", datagrams)).entries()) {
      compareHeader(row, datagrams[i], names[i]);
      compareTlvs(row, datagrams[i], names[i]);
      assert.deepEqual(row["ip.checksum.status"].map(Number), [1], "the IPv4 header's checksum is good");
      const addresses = [row["ip.src"], row["udp.srcport"], row["ip.dst"], row["udp.dstport"]].flat();
      assert.deepEqual(addresses, ["10.21.0.1", "4551", "127.0.0.9", "4551"], "from whom, to whom");
    }
  },
);

test(
  "tshark walks TLVs of every length, and reads links, Status and Handover result as they were meant",
  SKIP,
  async () => {
    const lengths = LENGTHS.map(([length]) => length).filter((length) => length > 0 && length <= 600);
    const long = lengths.map((length) => ({
      message: PREREG_REQUEST,
      body: { llInformation: new Uint8Array(length), ciphersuite: 1 },
    }));
    const mac = link80211(Uint8Array.of(2, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5));
    const cell = {
      type: LINK_TYPE.umts,
      address: { kind: "3G cell", octets: Uint8Array.of(0x62, 0xf2, 0x20, 0, 0xc0, 0xff, 0xee) },
    };
    const known = [
      { message: PREREG_REQUEST, body: { targetLink: cell, candidateLinks: [mac, cell] } },
      { message: COMPLETE_REQUEST, body: { link: mac, handoverResult: 1 } },
      { message: PREREG_RESPONSE, body: { status: 3 } },
    ];
    const datagrams = [...long, ...known].map(({ message, body }, i) =>
      emitPdu({ header: headerOf(message, i), ...ENDS, service: emitService<AnyMessage["fields"]>(message, body) }),
    );
    const rows = await rowsOf("lengths", datagrams);
    for (const [i, row] of rows.entries()) {
      compareHeader(row, datagrams[i], `datagram ${i}`);
      compareTlvs(row, datagrams[i], `datagram ${i}`);
    }
    const read = rows
      .slice(-3)
      .map((row) => ["link_type", "mac_addr", "cell_id", "status"].map((field) => row[`mih.${field}`]));
    const [asMac, asCell] = ["02:a1:b2:c3:d4:e5", `${0x00c0ffee}`];
    assert.deepEqual(
      read,
      [
        [["23", "19", "23"], [asMac], [asCell, asCell], []],
        [["19"], [asMac], [], ["1"]],
        [[], [], [], ["3"]],
      ],
      "two links in a list behind a third; a result; a status",
    );
  },
);

test(
  "tshark reads the header of every fragment, and the whole message when it is put together again",
  SKIP,
  async () => {
    const service = emitService(PREREG_REQUEST, { llInformation: new Uint8Array(3000) });
    const whole = emitPdu({ header: headerOf(PREREG_REQUEST, 7), ...ENDS, service });
    const fragments = fragmentsOf(whole);
    const reassembly = new Reassembly();
    const [again] = fragments.flatMap((part) => {
      const header = readHeader(part);
      return typeof header === "object" ? (reassembly.take("mn", header, part, 0) ?? []) : [];
    });
    const datagrams = [...fragments, again];
    const rows = await rowsOf("fragments", datagrams);
    assert.equal(rows.length, 4, "three fragments and the whole");
    for (const [i, row] of rows.entries()) compareHeader(row, datagrams[i], `datagram ${i}`);
    for (const row of rows.slice(0, 3)) {
      assert.equal(row["mih.fragmented_tlv"].length, 1, "what a fragment holds is shown as one");
      assert.deepEqual(row["_ws.expert"], [], "and nothing is said against it");
    }
    compareTlvs(rows[3], again, "the whole");
    assert.deepEqual(again, whole, "which is what was cut");
  },
);

test("a capture takes what a datagram takes and no more, whoever it goes to", () => {
  const carried = { time_s: 0, from: "mn", to: "[::1]:4551", octets: new Uint8Array(65_507) };
  assert.equal(mihPcap([carried]).length, 24 + 16 + 14 + 20 + 8 + 65_507, "the longest datagram");
  // 61,875 octets: the sum of the header's words carries twice.
  for (const length of [0, 1, 61_874, 61_875, 61_876, 65_507]) {
    const file = mihPcap([{ time_s: 0, from: "mn", to: "127.0.0.9:4551", octets: new Uint8Array(length) }]);
    const ip = new DataView(file.buffer, 24 + 16 + 14, 20);
    const sum = Array.from({ length: 10 }, (_, i) => ip.getUint16(2 * i)).reduce((a, b) => a + b);
    assert.equal(sum % 0xffff, 0, `the checksum of a datagram of ${length} octets (RFC 1071)`);
  }
  const longer = { ...carried, octets: new Uint8Array(65_508) };
  assert.throws(() => mihPcap([longer]), /RangeError: datagram: 65508 octets/, "one octet more");
});
