/** A bridge and the device behind it: what is late, what is lost, and what a device says that it should not. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../host/build/build.ts";
import { dlAirtime_us, dlTail_us } from "../../host/channel/airtime.ts";
import { slotStart_us } from "../../host/channel/slots.ts";
import { ApLink } from "../../host/daemon/aplink.ts";
import { type Datagram, type DownDatagram, emitDatagram } from "../../host/daemon/datagram.ts";
import { encodeRecord } from "../../host/keys/record.ts";
import { AmpConsole, type Line } from "../../host/mcu/console.ts";
import { checkDownlink } from "../../host/wire/check.ts";
import { FC } from "../../host/wire/fc.ts";
import { skipWithoutProgram } from "../support/devicetools.ts";
import { Bridged, FOLDER } from "./bridged.ts";
import { until } from "./running.ts";

test("a board's chatter is counted and dropped; a board that is reset, hangs up or goes deaf is one without power", async (t) => {
  const bridged = new Bridged("board");
  t.after(() => bridged.stop());
  const { board, tally, lives, downs } = bridged;
  await bridged.start();
  await bridged.reading();
  board.chatter = Uint8Array.of(0x00, 0x61, 1, 2, 3, 4, 0xff, 0xff, 0x0a);
  await bridged.reading();
  assert.equal(tally.m2Sent, tally.confirmed, "every exchange came through");
  assert.ok(lives.garbage_octets >= 9 * 4, `${lives.garbage_octets} octets of chatter`);
  board.chatter = new Uint8Array();

  board.reset();
  await bridged.reading();
  board.hangUp();
  await bridged.reading();
  board.deaf = 1;
  await bridged.reading();
  board.say(new Uint8Array(5000));
  await bridged.reading();
  assert.deepEqual(
    // Whether a trigger or a reading is the first that finds it reset is chance.
    downs.map((why) =>
      why.replace(/gone: .+/, "gone").replace(/^it (?:was reset|takes no reading): .+/, "it was reset"),
    ),
    [
      "it was reset",
      "the line is gone",
      "the device has not answered within 0.3 s",
      "the device has said 4097 octets that belong to no answer",
    ],
  );
  assert.deepEqual([board.lines, bridged.ups], [5, 5], "the line is opened anew for each life");
});

test("an M2 goes into a slot that the board's promise meets, and none is sent behind the next trigger", async (t) => {
  const promise_us = 5000;
  const bridged = new Bridged("slow", { compute_s: promise_us * 1e-6 });
  t.after(() => bridged.stop());
  const { bed, board, tally, sent } = bridged;
  await bridged.start();
  board.slow_ms = 60;
  for (let n = 0; n < 3; n++) await bed.round({ wait: false });
  await until("the board has caught up", () => {
    bed.pump();
    return tally.confirmed === 1;
  });
  const { m1Heard, m1Late, m2Late, m2Sent } = tally;
  assert.deepEqual({ m1Heard, m1Late, m2Late, m2Sent }, { m1Heard: 2, m1Late: 1, m2Late: 1, m2Sent: 1 });

  const triggers = bed.sent.flatMap(({ datagram }) => (datagram.kind === "down" ? [datagram] : []));
  const m1 = triggers.filter(({ frame }) => frame[0] === FC.Trigger).slice(-1)[0];
  const { frame } = checkDownlink(m1.frame);
  assert.ok(frame?.type === "Trigger", "an M1");
  const m1End_us = m1.t_us + dlAirtime_us(m1.frame.length, m1.dlRate_kbps, m1.padding_us);
  const starts = Array.from({ length: frame.info.slots }, (_, k) => m1End_us + slotStart_us(k, frame.info));
  const ready_us = m1End_us - dlTail_us(m1.padding_us) + promise_us;
  assert.equal(
    sent[0].t_us,
    starts.find((start_us) => start_us >= ready_us),
  );
});

test("an M3 that comes behind its slots is handed on, for a board waits for it; a frame of another ID is not sent", async (t) => {
  const bridged = new Bridged("late");
  t.after(() => bridged.stop());
  const { bed, cell, tally } = bridged;
  await bridged.start();
  const held: DownDatagram[] = [];
  bed.down = (datagram): Datagram | undefined => {
    if (datagram.kind !== "down" || datagram.frame[0] === FC.Trigger) return datagram;
    held.push(datagram);
    return undefined;
  };
  await bed.round({ wait: false });
  await until("there is an M3", () => {
    bed.pump();
    return held.length === 1;
  });
  const { t_us } = held[0];
  cell.receive({ kind: "over", channel: 0, t_us: t_us + 100_000 });
  assert.equal(tally.confirmed, 0);
  cell.receive(held[0]);
  await until("it is confirmed", () => tally.confirmed === 1);

  bridged.board.nvm.octets.set(
    encodeRecord({ spa: Uint8Array.of(2, 0, 0, 0, 0, 7), psk: new Uint8Array(32), counter: 0 }),
  );
  bridged.board.reset();
  const { length } = bridged.sent;
  await until("the board gives frames of another", () => {
    if (bed.daemon.rounds.isIdle) bed.round({ wait: false });
    else bed.pump();
    return tally.strange > 0;
  });
  assert.equal(bridged.sent.length, length);
});

test("the worked call of docs/DAEMON.md is what a console says, and its answer is understood", async () => {
  const page = readFileSync(join(ROOT, "docs/DAEMON.md"), "utf8");
  const [, block = ""] = /<!-- call -->\n```\n([^`]+)```/.exec(page) ?? [];
  const [call, answer] = block
    .trim()
    .split("\n")
    .map((line) => line.replace(/\|.*/, "").replaceAll(" ", ""));
  let take: (octets: Uint8Array) => void = () => {};
  const said: string[] = [];
  const line: Line = {
    open: (heard) => {
      take = heard;
    },
    write: (octets) => {
      said.push(Buffer.from(octets).toString("hex"));
      for (const octet of Buffer.from(answer, "hex")) take(Uint8Array.of(octet));
    },
    off: async () => {},
  };
  const station = new AmpConsole(line, { entropy: () => false });
  assert.equal(await station.setPayload(Uint8Array.of(0xde, 0xad, 0xbe, 0xef), true), 0);
  assert.deepEqual(said, [call]);
});

test("a datagram whose round would end behind all times that can be told is dropped, and ends no station", async (t) => {
  const ap = createSocket("udp4").bind(0, "127.0.0.1");
  await once(ap, "listening");
  const { address, port } = ap.address();
  const onFailure = (error: unknown): void => assert.fail(String(error));
  const link = await ApLink.open({ ap: { address, port }, channel: 0, beforeSend: () => {}, onFailure });
  t.after(async () => {
    await link.stop();
    ap.close();
  });
  const heard: number[] = [];
  const hello = once(ap, "message");
  link.start({ heard: ({ t_us }) => heard.push(t_us), silent: () => {} });
  const [, station] = await hello;
  for (const t_us of [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 67e6, 1_700_000_000_000_000])
    ap.send(emitDatagram({ kind: "over", channel: 0, t_us }), station.port, station.address);
  await until("the last has come", () => heard.includes(1_700_000_000_000_000));
  assert.deepEqual(heard, [1_700_000_000_000_000]);
});

const skip = skipWithoutProgram("socat");
test("over a serial line the same octets go, those that a terminal would make something of too", {
  skip,
}, async (t) => {
  const path = join(FOLDER, "tty");
  const bridged = new Bridged("serial", { place: { kind: "serial", path, baud: 115_200 } });
  const socat = spawn("socat", [`PTY,link=${path}`, `UNIX-CONNECT:${bridged.board.path}`]);
  t.after(async () => {
    await bridged.stop();
    socat.kill();
  });
  await until("there is a serial line", () => existsSync(path));
  bridged.board.chatter = Uint8Array.of(0x03, 0x04, 0x0a, 0x0d, 0x11, 0x13, 0x1a, 0x7f);
  await bridged.start();
  for (let n = 0; n < 3; n++) await bridged.reading();
  assert.equal(bridged.tally.strange, 0);
  assert.equal(bridged.lives.garbage_octets % bridged.board.chatter.length, 0, "what was said came as it was");
});
