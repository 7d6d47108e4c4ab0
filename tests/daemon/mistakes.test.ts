/** Whatever is wrong with what `ampcore ap` and `ampcore sta` are given: one sentence on stderr, exit code 2. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { encodeRecord } from "../../host/keys/record.ts";
import { createKekFile } from "../../host/keys/store/kek.ts";
import { openLmdbStore } from "../../host/keys/store/lmdb.ts";
import { scratchFolder } from "../cli/ampcore.ts";
import { calls } from "../support/calls.ts";

const FOLDER = scratchFolder();
const at = (name: string): string => join(FOLDER, name);

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(at(name), content);
  return at(name);
}

test("a mistake is one sentence that says what, where, and what would be right", async () => {
  const spa = Uint8Array.of(0x02, 0xc0, 0xff, 0xee, 0, 1);
  const kek = createKekFile(at("kek.hex"));
  for (const name of ["store", "empty"]) {
    const store = await openLmdbStore(at(name), { kek, create: true });
    const record = { spa, generation: 0, root: new Uint8Array(32).fill(7), update: undefined };
    if (name === "store") await store.commitAll([{ kind: "device", record }]);
    await store.close();
  }
  mkdirSync(at("folder"));
  const busy = createSocket("udp4").bind(0, "127.0.0.1");
  await once(busy, "listening");
  const { port } = busy.address();
  const keys = ["--store", at("store"), "--kek", at("kek.hex")];
  const nvm = file("device.bin", encodeRecord({ spa, psk: new Uint8Array(32).fill(7), counter: 0 }));
  const board = ["--spa", "02:c0:ff:ee:00:01", "--device"];
  const mistakes: readonly (readonly [args: readonly string[], sentence: RegExp])[] = [
    [["ap", ...keys, "--listen", `127.0.0.1:${port}`], /--listen 127\.0\.0\.1:\d+ is taken by another process/],
    [["ap", ...keys, "--listen", "192.0.2.1:4711"], /--listen 192\.0\.2\.1:4711 is no address of this machine/],
    [["ap", ...keys, "--listen", "4711"], /--listen "4711" is no address with a port, like 127\.0\.0\.1:4711/],
    [["ap", ...keys, "--listen", "127.0.0.1:70000"], /is no address with a port/],
    [["ap", "--store", at("nowhere"), "--kek", at("kek.hex")], /there is no key store in \S+nowhere/],
    [["ap", "--store", at("empty"), "--kek", at("kek.hex")], /empty has no device that an AP could hear: ampcore keys/],
    [["ap", "--store", at("store")], /--kek is missing/],
    [
      ["ap", "--keys", at("store"), "--kek", at("kek.hex")],
      /store is no socket: ampcore keys serve makes one for each/,
    ],
    [["ap", "--keys", "nowhere"], /--keys "nowhere" is no address with a port/],
    [["ap", "--keys", "127.0.0.1:1"], /--tls-cert, --tls-key and --tls-ca are needed, all three/],
    [["ap", "--keys", "a.sock", "--store", at("store")], /--store and --keys exclude each other/],
    [["ap", "--keys", "a.sock", "--update-every", "1"], /--update-every is the key service's/],
    [["ap", ...keys, "--tls-cert", "a.pem"], /are for a key service elsewhere: add --keys/],
    [["ap", ...keys, "--pmks", at("pmks")], /--pmks is for an AP whose key service runs elsewhere/],
    [["keys", "serve", ...keys, "--listen", "127.0.0.1:0"], /--tls-cert, --tls-key and --tls-ca are needed/],
    [["keys", "serve", ...keys, "--socket-mode", "rw"], /--socket-mode "rw" is no mode/],
    [["keys", "serve", ...keys, "--sockets", at("kek.hex")], /no socket can be made at .*kek\.hex/],
    [["keys", "serve", "--store", at("nowhere"), "--kek", at("kek.hex")], /there is no key store in \S+nowhere/],
    [["keys", "authorise", ...keys], /--aa is missing: the AP's address/],
    [["keys", "authorise", ...keys, "--aa", "02:c0:ff:ee:00:01"], /--aa 02:c0:ff:ee:00:01 is a device's address/],
    [
      ["keys", "authorise", ...keys, "--aa", "02:a0:00:00:00:05", "--role", "me"],
      /--role: there is none without a store in PostgreSQL/,
    ],
    [["keys", "dismiss", ...keys, "--aa", "02:a0:00:00:00:07"], /--aa 02:a0:00:00:00:07 is no AP that is served/],
    [["keys", "update", ...keys, "--spa", "02:c0:ff:ee:00:09"], /--spa 02:c0:ff:ee:00:09 is not enrolled/],
    [["keys", "renew", ...keys, "--aa", "2"], /--aa "2" is no station's address/],
    [["ap", ...keys, "--out", at("folder")], /--out \S+folder cannot be written: it is a folder/],
    [["ap", ...keys, "--aa", "02:c0:ff:ee:00:01"], /aa: 02:c0:ff:ee:00:01/],
    [["ap", ...keys, "--aa", "03:00:00:00:00:00"], /--aa "03:00:00:00:00:00" is no station's address/],
    [["ap", ...keys, "--profile", "tiny"], /--profile "tiny" is none of compact, wide, strong/],
    [["ap", ...keys, "--slots", "0"], /--slots "0" is no whole number from 1 to 255/],
    [["ap", ...keys, "--period", "0.01"], /--period 0\.01 is too short for 1 M1 with 8 slots each: at least 0\.0/],
    [["ap", ...keys, "--period", "10", "--repeats", "1"], /--repeats 1 come too late/],
    [["ap", ...keys, "--log-level", "loud"], /--log-level "loud" is none of error, warn, info, debug/],
    [["ap", "--config", file("bad.yaml", "perod: 1\n")], /bad\.yaml has a key "perod", where config, listen/],
    [["ap", "--config", file("list.yaml", "- 1\n")], /list\.yaml is no list of options/],
    [["ap", "--config", at("none.yaml")], /--config \S+none\.yaml does not exist/],
    [["ap", "store"], /too many arguments/],
    [["sta"], /--nvm is missing/],
    [["sta", "--nvm", at("none.bin")], /--nvm \S+none\.bin cannot be read: no such file/],
    [["sta", "--nvm", file("short.bin", "AMP1")], /short\.bin is no image: it has 4 octets, where a record has 268/],
    [["sta", "--nvm", file("zero.bin", new Uint8Array(268))], /zero\.bin is no image that a device boots from: /],
    [["sta", "--nvm", nvm, "--connect", "127.0.0.1:0"], /--connect "127\.0\.0\.1:0" is no address with a port/],
    [
      ["sta", "--nvm", nvm, "--set", "stations.module=roaming"],
      /is of a station that does not roam: write one by provision --roaming$/m,
    ],
    [["sta", "nowhere.yaml", "--nvm", nvm], /the scenario nowhere\.yaml does not exist/],
    [["sta", "--nvm", nvm, "--set", "stations.radio=none"], /stations\.radio is "none", where one of/],
    [["sta", "--nvm", nvm, "--cell", "am1417"], /--cell is for a trace, .* add --trace/],
    [["sta", "--nvm", nvm, "--channel", "64"], /--channel "64" is no whole number from 0 to 63/],
    [
      ["sta", "--nvm", nvm, "--board", "arduino"],
      /--board "arduino" is none of mps2-an386, stm32vldiscovery, microbit/,
    ],
    [["sta", "--board", "microbit"], /--nvm is missing/],
    [["sta", "--nvm", nvm, "--board", "microbit", "--trace", "x.csv"], /--trace does not go with --board/],
    [["sta", "--nvm", nvm, "--board", "microbit", "--baud", "9600"], /--baud does not go with --board/],
    [["sta", "--board", "microbit", "--device", nvm], /--board and --device are two devices, where a bridge has one/],
    [["sta", "--device", nvm], /--spa is missing: the address of the board behind --device/],
    [
      ["sta", ...board, at("none")],
      /--device \S+none does not exist, where a serial line, a Unix socket, or address:port/,
    ],
    [["sta", ...board, nvm], /--device \S+device\.bin is a file of another kind, where a serial line/],
    [["sta", ...board, "/dev/null"], /--device \/dev\/null cannot be opened as a serial line: /],
    [["sta", ...board, "127.0.0.1:1"], /--device 127\.0\.0\.1:1 cannot be connected to: ECONNREFUSED/],
    [["sta", ...board, "127.0.0.1:1", "--nvm", nvm], /--nvm does not go with --device: a board has an NVM of its own/],
    [["sta", ...board, "127.0.0.1:1", "--compute", "-1"], /--compute "-1" is no whole number from 0 to 1000000/],
    [["sta", "--nvm", nvm, "--spa", "02:c0:ff:ee:00:01"], /--spa is for a board: add --device <place>/],
  ];
  try {
    const outcomes = await calls(...mistakes.map(([args]) => args));
    for (const [i, { code, stdout, stderr }] of outcomes.entries()) {
      const [args, sentence] = mistakes[i];
      assert.match(stderr, sentence, args.join(" "));
      assert.match(stderr, /^ampcore (ap|sta|keys): [^\n]+\n$/, args.join(" "));
      assert.deepEqual([code, stdout], [2, ""], args.join(" "));
    }
  } finally {
    busy.close();
  }
});
