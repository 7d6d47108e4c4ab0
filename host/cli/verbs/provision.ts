import { decodeRecord, encodeRecord } from "../../keys/record.ts";
import { createSecretFile, readRecordFile, refuseExisting } from "../provision/files.ts";
import { checkClass, parseCounter, parseSpa } from "../provision/parse.ts";
import { readPsk } from "../provision/psk.ts";
import { showRecord } from "../provision/show.ts";
import { addExamples, type ExitCode, UsageError, type Verb } from "../verb.ts";

interface ProvisionOptions {
  readonly spa?: string;
  readonly psk?: string;
  readonly pskFile?: string;
  readonly counter?: string;
  readonly class?: string;
  readonly roaming?: boolean;
  readonly out?: string;
  readonly force?: boolean;
  readonly show?: string;
  readonly json?: boolean;
}

export default {
  summary: "write a device's first NVM image, or show one without its secrets",

  configure(command) {
    command
      .option("--spa <address>", "the device's permanent address, 48 bits, not a group address")
      .option("--psk <hex>", "its pre-shared key, 64 hex digits; - reads them from stdin")
      .option("--psk-file <file>", "the same from a file that holds the 64 hex digits; - is stdin")
      .option("--counter <n>", "boot counter to start from (default: 0)")
      .option("--class <class>", "what the device is (default: active-tx; a backscatter device is refused)")
      .option("--roaming", "for build/station.roaming.wasm, which may be told of its next AP: 360 octets")
      .option("--out <file>", "where the image goes, readable by its owner only")
      .option("--force", "write over a file that exists")
      .option("--show <file>", "print an image: address, counter, slots and cache, never a key")
      .option("--json", "print the table as JSON");
    command.addHelpText(
      "after",
      `
A secret on a command line can be read by every user of the machine while the command runs, and stays in the shell's
history: --psk <hex> is for tests, --psk-file and stdin are for real keys. The image stands for the key: guard it alike.`,
    );
    addExamples(command, [
      ["--spa 02:c0:ff:ee:00:01 --psk-file psk.hex --out nvm.bin", "a device's image, the key from a file"],
      ["--spa 02:c0:ff:ee:00:01 --psk - --out nvm.bin < psk.hex", "the key from a pipe"],
      ["--show nvm.bin", "what an image holds; exit code 1 when no device would boot from it"],
    ]);
  },

  run: (options) => (options.show === undefined ? provision(options) : show(options.show, options)),
} satisfies Verb<ProvisionOptions>;

async function provision({
  out,
  spa,
  counter,
  force = false,
  json = false,
  roaming,
  ...options
}: ProvisionOptions): Promise<ExitCode> {
  checkClass(options.class ?? "active-tx");
  if (spa === undefined) throw new UsageError("--spa is missing: the device's address, like 02:c0:ff:ee:00:01");
  if (out === undefined) throw new UsageError("--out is missing: the file that the image is written to");
  const provisioning = { spa: parseSpa(spa), counter: parseCounter(counter ?? "0") };
  // Before the key is asked for: on a terminal somebody would have typed it for nothing.
  refuseExisting(out, force);
  const psk = await readPsk(options);
  const image = encodeRecord({ ...provisioning, psk, roaming });
  psk.fill(0);
  createSecretFile(out, image, force);
  showRecord(decodeRecord(image), json);
  image.fill(0);
  return 0;
}

async function show(file: string, { json = false, ...options }: ProvisionOptions): Promise<ExitCode> {
  const { show: _, ...writing } = options;
  const [stray] = Object.keys(writing);
  if (stray !== undefined) {
    const option = stray.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(`--show only reads an image: leave out --${option}, or leave out --show to write one`);
  }
  const report = decodeRecord(readRecordFile(file));
  showRecord(report, json);
  return report.failure === undefined ? 0 : 1;
}
