/**
 * A Linux with simulated radios (mac80211_hwsim) in QEMU, all of it in memory: one is the station's, with a real
 * wpa_supplicant over mac80211; two are our APs', monitor interfaces, of which the first hears all, and carries what both
 * send as UDP datagrams. TCG, so that it runs wherever QEMU does.
 */

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freeUdpPort, undoAtExit } from "../programs.ts";
import { archiveOf, type Entry } from "./cpio.ts";
import { guestKernel } from "./kernel.ts";

/** What is taken from the host into the guest, with the libraries that it is linked to. */
const PROGRAMS = ["busybox", "wpa_supplicant", "wpa_cli", "iw", "socat"] as const;
/** What has to be here, and the packages of Debian that bring it. */
export const HWSIM_PROGRAMS = ["qemu-system-x86_64", "apt-get", "dpkg-deb", "ldd", ...PROGRAMS] as const;
export const HWSIM_PACKAGES = ["qemu-system-x86", "busybox-static", "wpasupplicant", "iw", "socat"] as const;

/** The permanent addresses that mac80211_hwsim gives its radios: frames to one are acknowledged by it. */
export const STATION_ADDRESS = Uint8Array.of(0x02, 0, 0, 0, 0, 0);
export const AP_ADDRESS = Uint8Array.of(0x02, 0, 0, 0, 0x01, 0);
export const TARGET_ADDRESS = Uint8Array.of(0x02, 0, 0, 0, 0x02, 0);
/** Of the station, in a network of its own with the AP. */
export const STATION_IP = Uint8Array.of(10, 9, 9, 2);
/** Channel 1. */
export const FREQUENCY_MHz = 2412;

const UDP_PORT = 7000;
const MEMORY_MiB = 320;
const BOOT_WITHIN_ms = 90_000;
const READY = "guest is ready";

/** Active: it acknowledges. */
const monitor = (i: number): string => `iw dev wlan${i + 1} del
iw phy phy${i + 1} interface add mon${i} type monitor flags active
ip link set mon${i} up
iw dev mon${i} set freq ${FREQUENCY_MHz}
`;

const init = (modules: readonly string[]): string => `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin:/sbin:/usr/bin:/usr/sbin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /tmp /run
${modules.map((name) => `insmod /modules/${name}.ko${name === "mac80211_hwsim" ? " radios=3" : ""}`).join("\n")}
ip link set lo up
ip link set eth0 up
ip addr add 10.0.2.15/24 dev eth0
${[0, 1].map(monitor).join("")}ip link set wlan0 up
ip addr add ${STATION_IP.join(".")}/24 dev wlan0
socat -b 4096 UDP4-LISTEN:${UDP_PORT} INTERFACE:mon0 &
stty -echo
echo ${READY}
while true; do read -r line && eval "$line" </dev/null; done
`;

export class Guest {
  /** Of 127.0.0.1: the monitor interface's frames, one a datagram, each behind a radiotap header. */
  readonly port: number;
  readonly #folder: string;
  readonly #process: ReturnType<typeof spawn>;
  /** All that it has printed. */
  output = "";

  private constructor(port: number, folder: string, args: readonly string[]) {
    this.port = port;
    this.#folder = folder;
    this.#process = spawn("qemu-system-x86_64", args, { cwd: folder, stdio: ["pipe", "pipe", "pipe"] });
    this.#process.once(
      "exit",
      undoAtExit(() => this.#process.kill("SIGKILL")),
    );
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on("data", (text: Buffer) => {
        this.output += text.toString();
      });
    }
  }

  /** Resolves when all radios are there. `files`: more of them, by path. */
  static async boot(files: Readonly<Record<string, string>>): Promise<Guest> {
    const { image, modules } = guestKernel();
    const folder = mkdtempSync(join(tmpdir(), "ampcore-hwsim-"));
    const names = modules.map(({ name }) => name);
    const contents = [
      ...PROGRAMS.flatMap(programFiles),
      ...modules.map(({ name, data }) => ({ name: `modules/${name}.ko`, data })),
      ...Object.entries({ ...files, init: init(names) }).map(([name, text]) => ({ name, data: Buffer.from(text) })),
    ];
    writeFileSync(join(folder, "initrd"), archiveOf(withFolders(contents)));
    const port = await freeUdpPort();
    const guest = new Guest(port, folder, [
      ...["-accel", "tcg", "-m", `${MEMORY_MiB}`, "-nographic", "-no-reboot", "-nodefaults", "-serial", "stdio"],
      ...["-kernel", image, "-initrd", "initrd", "-append", "console=ttyS0 quiet panic=-1"],
      ...["-netdev", `user,id=n,hostfwd=udp:127.0.0.1:${port}-:${UDP_PORT}`, "-device", "e1000,netdev=n"],
    ]);
    try {
      await guest.printed(new RegExp(READY), BOOT_WITHIN_ms);
      return guest;
    } catch (error) {
      await guest.stop();
      throw error;
    }
  }

  /** A line for the shell. */
  type(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  /** What it prints for a command, to its end. */
  async ask(command: string): Promise<string> {
    const mark = `end-of-command-${this.output.length}`;
    const from = this.output.length;
    this.type(`${command}; echo ${mark}`);
    await this.printed(new RegExp(mark));
    return this.output.slice(from, this.output.lastIndexOf(mark));
  }

  /** Resolves when it has printed something like that. */
  async printed(pattern: RegExp, within_ms = 20_000): Promise<RegExpMatchArray> {
    const end_ms = Date.now() + within_ms;
    for (;;) {
      const match = this.output.match(pattern);
      if (match) return match;
      if (Date.now() > end_ms || this.#process.exitCode !== null) {
        throw new Error(`the guest has not printed ${pattern}: ...${this.output.slice(-3000)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null && this.#process.pid !== undefined) {
      const gone = new Promise((resolve) => this.#process.once("exit", resolve));
      this.#process.kill("SIGKILL");
      await gone;
    }
    rmSync(this.#folder, { recursive: true });
  }
}

/** A program of the host and its libraries, each under the path that it has there. */
function programFiles(program: string): Entry[] {
  const path = spawnSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" }).stdout.trim();
  const linked = spawnSync("ldd", [path], { encoding: "utf8" }).stdout;
  const libraries = [...linked.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, library]) => library);
  const name = program === "busybox" ? "bin/busybox" : path.slice(1);
  return [
    { name, data: readFileSync(path) },
    ...libraries.map((at) => ({ name: at.slice(1), data: readFileSync(at) })),
  ];
}

/** Each file once, and before it the folders that it is in. */
function withFolders(files: readonly Entry[]): Entry[] {
  const entries = new Map<string, Entry>(["dev", "proc", "sys", "bin"].map((name) => [name, { name }]));
  for (const file of files) {
    const parts = file.name.split("/");
    for (let i = 1; i < parts.length; i++) {
      const name = parts.slice(0, i).join("/");
      if (!entries.has(name)) entries.set(name, { name });
    }
    if (!entries.has(file.name)) entries.set(file.name, file);
  }
  return [...entries.values()];
}
