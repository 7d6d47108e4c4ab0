import { add } from "../keys/add.ts";
import { ACTIONS, type Action, checkCall, type KeysOptions } from "../keys/options.ts";
import { audit, list, rotate } from "../keys/show.ts";
import { exportDevices, importDevices } from "../keys/transfer.ts";
import { addExamples, type ExitCode, type Verb } from "../verb.ts";

export default {
  summary: "keep the devices' root keys: add, list, import, export, rotate, audit",

  configure(command) {
    command
      .argument("[action]", `one of ${Object.keys(ACTIONS).join(", ")}`)
      .argument("[file]", "of import")
      .option("--store <folder>", "the key store, an LMDB file in a folder of its own (default: ampcore-keys)")
      .option("--postgres <url>", "the key store in a PostgreSQL database instead")
      .option("--kek <file>", "the key-encryption key, 64 hex digits, mode 600; made with a new store")
      .option("--json", "as JSON")
      .option("--spa <address>", "add: the device's permanent address")
      .option("--psk-file <file>", "add: its PSK, 64 hex digits; - is stdin (default: drawn)")
      .option("--psk <hex>", "add: the same on the command line, for tests; - is stdin")
      .option("--class <class>", "add: what the device is (default: active-tx; a backscatter device is refused)")
      .option("--origin <name>", "add: psk, eap-psk, senaa, or '802.21 <scheme>' (default: psk)")
      .option("--show-secret", "add: print the PSK")
      .option("--out <file>", "add: the PSK goes there, for ampcore provision; export: the table")
      .option("--force", "add, export: write over a file that exists")
      .option("--with-secrets", "export: the roots, too; only to a file, readable by its owner only")
      .option("--new-kek <file>", "rotate: the KEK from now on; made where there is none")
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
};
