import { builtModule } from "../../build/build.ts";
import { replaceFile } from "../../build/files.ts";
import { nodeCrypto } from "../../crypto/node.ts";
import { nodeRsnCrypto } from "../../rsn/keys/crypto.node.ts";
import { session } from "../../rsn/ladder.ts";
import { LINK_TYPE, pcapOf } from "../../rsn/pcap.ts";
import { loadRsnStation } from "../../rsn/station/load.ts";
import { encodeRsnRecord } from "../../rsn/station/record.ts";
import { streamsOf } from "../../sim/streams.ts";
import { built } from "../built.ts";
import { printLadder } from "../rsn/print.ts";
import { addExamples, UsageError, type Verb } from "../verb.ts";

interface RsnOptions {
  readonly akm: string;
  readonly mode: string;
  readonly wrongPmk?: boolean;
  readonly seed: string;
  readonly pcap?: string;
  readonly json?: boolean;
}

const AKMS: Readonly<Record<string, 2 | 6>> = { "2": 2, "6": 6 };
const MODES = ["rsn", "seed"] as const;
const AA = Uint8Array.of(0x02, 0, 0, 0, 0x02, 0);
const SPA = Uint8Array.of(0x02, 0, 0, 0, 0x03, 0);
const SSID = new TextEncoder().encode("ampnet");
/** Between two frames of a capture: what no frame of it says. */
const SPACING_s = 1e-3;

export default {
  summary: "run the RSN baseline, station and AP, and draw its frames as a ladder",

  configure(command) {
    command
      .option("--akm <suite>", "00-0F-AC:2, PSK with SHA-1, or :6, PSK with SHA-256", "2")
      .option("--mode <name>", "rsn: the GTK comes in M3; seed: in a phase of its own, which opens the port", "rsn")
      .option("--wrong-pmk", "the AP has another PMK than the station")
      .option("--seed <number>", "other nonces and keys", "1")
      .option("--pcap <file>", "writes the frames for tshark and Wireshark")
      .option("--json", "as JSON");
    command.addHelpText("after", "\nExit code 1: the port did not open.");
    addExamples(command, [
      ["", "association, 4-way handshake, data, a new group key"],
      ["--mode seed", "the four figures of clause 5.9.3.1, one after the other"],
      ["--akm 6 --pcap rsn.pcap", "a capture of it"],
      ["--wrong-pmk", "what happens where the keys do not fit"],
    ]);
  },

  async run({ akm, mode, wrongPmk = false, seed, pcap, json = false }) {
    const suite = AKMS[akm];
    if (suite === undefined) throw new UsageError(`--akm ${akm} is none of ${Object.keys(AKMS).join(", ")}`);
    const chosen = MODES.find((one) => one === mode);
    if (!chosen) throw new UsageError(`--mode ${mode} is none of ${MODES.join(", ")}`);
    if (!/^\d{1,9}$/.test(seed)) throw new UsageError(`--seed ${seed} is no whole number from 0 to 999999999`);
    await built();
    const streams = streamsOf(nodeCrypto, Number(seed));
    const [random, noise, keys] = [streams("access point"), streams("noise"), streams("keys")];
    const [psk, other] = [keys.fill(new Uint8Array(32)), keys.fill(new Uint8Array(32))];
    const nvm = encodeRsnRecord({ akm: suite, spa: SPA, ssid: SSID, key: psk });
    const station = loadRsnStation(await builtModule("rsn"), {
      entropy: (into) => noise.fill(into).length > 0,
      nvmRead: (offset, into) => {
        into.set(nvm.subarray(offset, offset + into.length));
        return true;
      },
      nvmWrite: (offset, octets) => {
        nvm.set(octets, offset);
        return true;
      },
    });
    station.boot();
    const crypto = { ...nodeRsnCrypto, randomBytes: (length: number) => random.fill(new Uint8Array(length)) };
    const ap = { aa: AA, spa: SPA, ssid: SSID, mode: chosen, akms: [1, 2, 5, 6] as const, psk: wrongPmk ? other : psk };
    const told = session({ crypto, station, ...ap });
    if (pcap !== undefined) {
      const frames = told.rungs.map(({ octets }, i) => ({ time_s: i * SPACING_s, octets }));
      write(pcap, pcapOf(frames, LINK_TYPE.ieee80211));
    }
    if (json) process.stdout.write(`${JSON.stringify({ akm: suite, mode: chosen, ...told }, plain, 2)}\n`);
    else printLadder(told, { akm: suite, mode: chosen });
    return told.isAuthorized ? 0 : 1;
  },
} satisfies Verb<RsnOptions>;

/** Octets as hexadecimal text. */
function plain(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
}

function write(file: string, octets: Uint8Array): void {
  try {
    replaceFile(file, octets);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`--pcap ${file} cannot be written (${code}), where a path in a folder of yours is expected`);
  }
}
