/** 003-M4: SPoS and TPoS by TLS out of their files, over UDP: who is who is proven by both, or no key leaves the SPoS. */

import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { tlsInitiator } from "../../../host/mih/sa/tlsconversation.node.ts";
import { fileOf, type Running, startMobile, startPos } from "../../../host/mih/site/start.node.ts";
import { messageId, readHeader } from "../../../host/mih/wire/header.ts";
import { emitService } from "../../../host/mih/wire/message.ts";
import { AUTH_REQUEST, AUTH_RESPONSE, N2N_REQUEST } from "../../../host/mih/wire/messages.ts";
import { emitPdu } from "../../../host/mih/wire/pdu.ts";
import { scratchFolder } from "../../cli/ampcore.ts";
import { skipWithoutPrograms } from "../../peers/programs.ts";
import { eventually } from "../roles/eventually.ts";
import { ID, Site } from "./bed.ts";
import { Authority } from "./certificates.ts";
import { Relay } from "./relay.ts";

const skip = skipWithoutPrograms("openssl");
const FOLDER = scratchFolder();
const at = (name: string): string => join(FOLDER, name);

before(() => {
  if (skip) return;
  const ca = new Authority(FOLDER, "ca");
  const other = new Authority(FOLDER, "other");
  ca.issue("a", ID["pos-a"]);
  ca.issue("b", ID["pos-b"]);
  ca.issue("c", ID["pos-c"]);
  ca.issue("a-expired", ID["pos-a"], -1);
  ca.issue("b-expired", ID["pos-b"], -1);
  other.issue("a-other", ID["pos-a"]);
  other.issue("b-other", ID["pos-b"]);
});

/** What each shows, and whom it believes. */
interface Shown {
  readonly a?: string;
  readonly b?: string;
}

interface Went {
  readonly outcome: string | { readonly isTainted: boolean };
  /** Messages to the TPoS, by what they are. */
  readonly seen: ReadonlyMap<number, number>;
  readonly told: string;
}

let sites = 0;

/** One handover from pos-a to pos-b, which know each other by certificates, with something between them that sees it all. */
async function handedOver({ a = "a", b = "b" }: Shown): Promise<Went> {
  const site = await Site.made(at(`site${sites++}`), "21a");
  const seen = new Map<number, number>();
  const relay = await Relay.before(site.portOf("pos-b"), (octets, isToRole) => {
    const header = readHeader(new Uint8Array(octets));
    const id = typeof header === "string" ? -1 : messageId(header);
    if (isToRole) seen.set(id, (seen.get(id) ?? 0) + 1);
    return true;
  });
  const tls = (own: string): string =>
    `tls: {ca: ${at("ca.pem")}, certificate: ${at(`${own}.pem`)}, key: ${at(`${own}.key`)}}`;
  site.change("pos-a", "eap_psk_file: pos-a+pos-b.psk", tls(a));
  site.change("pos-b", "eap_psk_file: pos-a+pos-b.psk", tls(b));
  site.change("pos-a", String(site.portOf("pos-b")), String(relay.port));
  const told: string[] = [];
  const running: Running[] = [];
  try {
    for (const name of ["pos-a", "pos-b"] as const) {
      const tell = (event: string): number => told.push(`${name}: ${event}`);
      running.push(await startPos(site.file(name), fileOf(site.file(name), "pos"), tell));
    }
    const mobile = await startMobile(site.file("mn"), fileOf(site.file("mn"), "mn"), () => {});
    running.push(mobile);
    const serving = mobile.poss.get(ID["pos-a"]);
    assert.ok(serving && typeof (await mobile.mn.attach(serving)) !== "string", "attached");
    const outcome = await mobile.mn.prepare({ tposId: ID["pos-b"] });
    if (typeof outcome !== "string") assert.ok(await mobile.mn.complete(outcome), "and completed");
    return { outcome, seen, told: told.join("\n") };
  } finally {
    for (const one of running) one.close();
    await relay.close();
  }
}

test("003-M4 003-C13 with certificates of one authority both come to an association, and then K goes inside it", {
  skip,
}, async () => {
  const { outcome, seen, told } = await handedOver({});
  assert.ok(typeof outcome !== "string", `prepared: ${JSON.stringify(outcome)}`);
  assert.match(told, /pos-a: association with pos-b@visited\.example by TLS/);
  assert.match(told, /pos-b: PMK [0-9a-f]{32} for mn@home\.example/);
  assert.ok((seen.get(AUTH_REQUEST.id) ?? 0) >= 2, "a handshake went over the wire");
  assert.ok((seen.get(N2N_REQUEST.id) ?? 0) >= 1, "and behind it K");
});

for (const [what, shown, why] of [
  ["a TPoS of another authority", { b: "b-other" }, /certificate is refused: UNABLE_TO_VERIFY_LEAF_SIGNATURE/],
  ["a TPoS whose certificate has expired", { b: "b-expired" }, /certificate is refused: CERT_HAS_EXPIRED/],
  [
    "a TPoS with the certificate of another PoS",
    { b: "c" },
    /certificate is that of pos-c@umts\.example, not of pos-b/,
  ],
  ["an SPoS of another authority", { a: "a-other" }, /the responder has refused this end/],
  ["an SPoS whose certificate has expired", { a: "a-expired" }, /the responder has refused this end/],
  ["an SPoS with the certificate of another PoS", { a: "c" }, /the responder has refused this end/],
] as const) {
  test(`003-M4 003-M5 003-C15 ${what} is refused, and no key is ever sent`, { skip }, async () => {
    const { outcome, seen, told } = await handedOver(shown);
    assert.equal(outcome, "refused with status 4", "the MN hears of a network error");
    assert.match(told, why);
    assert.match(told, /pos-a: no association with pos-b@visited\.example: /);
    assert.equal(seen.get(N2N_REQUEST.id), undefined, "no message that could hold a key was sent to the TPoS");
    assert.doesNotMatch(told, /PMK|gives/, "nobody has one");
  });
}

test("a stranger who sends the next flight of TLS before the one before is answered ends no process", {
  skip,
}, async () => {
  const site = await Site.made(at("flights"), "21a");
  const files = ["ca", "certificate", "key"].map((key, i) => `${key}: ${at(["ca.pem", "b.pem", "b.key"][i])}`);
  site.change("pos-b", "eap_psk_file: pos-a+pos-b.psk", `tls: {${files.join(", ")}}`);
  const pos = await startPos(site.file("pos-b"), fileOf(site.file("pos-b"), "pos"), () => {});
  const read = (name: string): string => readFileSync(at(name), "utf8");
  const conversation = tlsInitiator({ ca: read("ca.pem"), certificate: read("other.pem"), key: read("other.key") });
  const socket = createSocket("udp4");
  const answers = new Set<number>();
  socket.on("message", (octets) => {
    const header = readHeader(new Uint8Array(octets));
    if (typeof header !== "string" && messageId(header) === AUTH_RESPONSE.id) answers.add(header.tid);
  });
  try {
    const payload = await conversation.begin();
    const { sid, opcode, aid } = AUTH_REQUEST;
    const flight = (tid: number, first: object): Uint8Array => {
      const header = { ackReq: true, ackRsp: false, uir: false, more: false, fragment: 0, sid, opcode, aid, tid };
      const service = emitService(AUTH_REQUEST, { method: 0, payload, ...first });
      return emitPdu({ header, source: ID["pos-a"], destination: ID["pos-b"], service });
    };
    const flights = [flight(1, { nonceT: new Uint8Array(16), ciphersuite: 1 }), flight(2, {}), flight(3, {})];
    for (const octets of flights) socket.send(octets, site.portOf("pos-b"), "127.0.0.1");
    await eventually("each was answered", () => answers.size === flights.length);
  } finally {
    conversation.close();
    socket.close();
    pos.close();
  }
});
