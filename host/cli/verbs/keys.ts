import { Option } from "commander";
import { add } from "../keys/add.ts";
import { aps, authorise, dismiss, renew, update } from "../keys/administer.ts";
import { ACTIONS, type Action, checkCall, FOLDER, type KeysOptions, SOCKETS } from "../keys/options.ts";
import { serve } from "../keys/serve.ts";
import { audit, list, rotate } from "../keys/show.ts";
import { exportDevices, importDevices } from "../keys/transfer.ts";
import { addExamples, type ExitCode, type Verb } from "../verb.ts";

export default {
  summary: "keep the devices' root keys, and serve APs their PMKs",

  configure(command) {
    command
      .argument("[action]", `one of ${Object.keys(ACTIONS).join(", ")}`)
      .argument("[file]", "of import")
      .option("--store <folder>", `the key store, an LMDB file in a folder of its own (default: ${FOLDER})`)
      .option("--postgres <url>", "the key store in a PostgreSQL database instead")
      .option("--kek <file>", "the key-encryption key, 64 hex digits, mode 600; made with a new store")
      .option("--json", "as JSON")
      .option("--spa <address>", "add, update: the device's permanent address (update: of every device if absent)")
      .option("--psk-file <file>", "add: its PSK, 64 hex digits; - is stdin (default: drawn)")
      .option("--psk <hex>", "add: the same on the command line, for tests; - is stdin")
      .option("--class <class>", "add: what the device is (default: active-tx; a backscatter device is refused)")
      .option("--origin <name>", "add: psk, eap-psk, senaa, or '802.21 <scheme>' (default: psk)")
      .option("--show-secret", "add: print the PSK")
      .option("--out <file>", "add: the PSK goes there, for ampcore provision; export: the table")
      .option("--force", "add, export: write over a file that exists")
      .option("--with-secrets", "export: the roots, too; only to a file, readable by its owner only")
      .option("--new-kek <file>", "rotate: the KEK from now on; made where there is none")
      .option("--aa <address>", "authorise, dismiss, renew: the AP's address (renew: of every AP if absent)")
      .option("--role <name>", "authorise: the PostgreSQL role that may read the PMKs of that AP")
      .option("--sockets <folder>", `serve: a socket for each AP, 02a000000000.sock (default: ${SOCKETS})`)
      .option("--socket-mode <mode>", "serve: who may open them (default: 600, whoever runs the service)")
      .option(
        "--listen <address:port>",
        "serve: mutual TLS for APs elsewhere, in place of sockets if those are not named",
      )
      .option("--tls-cert <file>", "serve: the service's certificate, PEM")
      .option("--tls-key <file>", "serve: its private key, PEM")
      .option("--tls-ca <file>", "serve: the CA of the APs' certificates, whose common name is the AP's address")
      .option("--update-every <seconds>", "serve: ask for the next root of every device that often")
      .option("--renew-every <seconds>", "serve: give every AP another Modifier that often")
      .option("--for <seconds>", "serve: stop after that long (default: at SIGINT or SIGTERM)")
      .option("--log-level <level>", "serve: error, warn, info or debug, on stderr (default: info)")
      .addOption(new Option("--born-with <descriptor>").hideHelp())
      .option("--verify", "audit: is the log whole, and does it tell of what the store holds?");
    command.addHelpText(
      "after",
      `
Actions:
  add          one device; its PSK is drawn, and shown to nobody unless asked for
  list         address, generation, update on its way, origin, last change; never a secret
  import FILE  devices of a CSV file with a header (spa, root or psk, generation, origin), or of JSON: all or none
  export       the same columns, without secrets unless asked for
  rotate       seals everything with another KEK, in one transaction
  audit        what was done; with --verify exit code 1 if the log was changed
  serve        the key service as a process of its own: APs come to it for PMKs, and never see a root
  authorise    an AP that may come; dismiss: one that may not any more; aps: all of them
  update       the next root of a device, or of all; renew: another Modifier for an AP, or for all

A root in the store is sealed with the KEK, which is kept elsewhere: in the file of --kek, in the file that AMPCORE_KEK_FILE
names, or in AMPCORE_KEK itself. Who has both has every key. The password of --postgres is better in PGPASSWORD. docs/KEYS.md tells what this protects against, and what not.`,
    );
    addExamples(command, [
      ["add --spa 02:c0:ff:ee:00:01 --kek kek.hex --out psk.hex", "a new store, a new KEK, a device with a new PSK"],
      ["list --kek kek.hex", "what is there"],
      ["import fleet.csv --kek kek.hex", "a whole fleet, or nothing"],
      ["export --with-secrets --out backup.json --kek kek.hex", "all roots, in a file of mode 600"],
      ["rotate --kek kek.hex --new-kek kek2.hex", "a new KEK; the old one opens nothing any more"],
      ["audit --verify --kek kek.hex", "whether the log is as it was written"],
      ["authorise --aa 02:a0:00:00:00:00 --kek kek.hex", "an AP that may come"],
      ["serve --kek kek.hex", "for APs of this machine: ampcore ap --keys ampcore-sockets/02a000000000.sock"],
      [
        "serve --kek kek.hex --listen 0.0.0.0:4712 --tls-cert keys.pem --tls-key keys.key --tls-ca ca.pem",
        "for others",
      ],
    ]);
  },

  async run(options, operands) {
    const action = checkCall(operands, options);
    return ACT[action](options, operands.slice(1));
  },
} satisfies Verb<KeysOptions>;

const ACT: Readonly<Record<Action, (options: KeysOptions, operands: readonly string[]) => Promise<ExitCode>>> = {
  add,
  list,
  import: (options, [file]) => importDevices(file, options),
  export: exportDevices,
  rotate,
  audit,
  aps,
  authorise,
  dismiss,
  update,
  renew,
  serve,
};
