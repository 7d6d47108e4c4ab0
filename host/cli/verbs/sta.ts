import { BOARDS } from "../../mcu/boards.ts";
import { alone } from "../daemon/alone.ts";
import { runBridged } from "../daemon/bridged.ts";
import { withConfig } from "../daemon/config.ts";
import { runSta, STA_DEFAULTS, type StaOptions } from "../daemon/sta.ts";
import { addTraceOptions, builtInNames } from "../run/scenarios.ts";
import { addExamples, type Verb } from "../verb.ts";

let names: readonly string[] = [];

export default {
  summary: "be a station on harvested power, talking to an access point over UDP",

  configure(command) {
    const is = (name: keyof typeof STA_DEFAULTS): string => `(default: ${STA_DEFAULTS[name]})`;
    command
      .argument("[scenario]", `its parts and its power: ${builtInNames().join(", ")}, or a YAML file`, "default")
      .option("--config <file>", "these options out of a YAML file; the command line goes before it")
      .option("--connect <address:port>", `where ampcore ap listens ${is("connect")}`)
      .option("--nvm <file>", "its NVM, an image of ampcore provision, kept up to date")
      .option("--channel <number>", `the AP's ${is("channel")}`)
      .option("--index <number>", "what its readings carry as the station's number (default: from its address)")
      .option("--trace <file>", "harvest what a file recorded (docs/TRACES.md)")
      .option("--seed <number>", "of its power (default: from its address)")
      .option("--set <key=value...>", "any other value of the scenario, like stations.storage=mlcc-47uF");
    addTraceOptions(command)
      .option("--board <name>", `run it as firmware on an emulated microcontroller: ${boardNames()}`)
      .option("--device <place>", "be the bridge to a board: a serial line, a Unix socket, or address:port")
      .option("--spa <address>", "of the board behind --device, like 02:c0:ff:ee:00:01")
      .option("--baud <number>", `of a serial line ${is("baud")}`)
      .option("--compute <us>", `the board's promise, from a frame to its answer ${is("compute")}`)
      .option("--lives", "tell of every life, not only of readings")
      .option("--fast", "live by the AP's clock alone, and stand still while no AP speaks")
      .option("--for <seconds>", "stop after that long (default: at SIGINT or SIGTERM)")
      .option("--log-level <level>", `error, warn, info or debug, on stderr ${is("logLevel")}`);
    names = command.options.map(({ long }) => (long ?? "").replace(/^--/, ""));
    command.addHelpText(
      "after",
      `
The station is the simulator's: capacitor, harvest, MCU, radio and the WebAssembly module itself, dying wherever its power
fails. It lives on the AP's clock: the time that a datagram takes costs it nothing. On stdout a line of JSON for every
reading that an M3 confirmed, by the exchange that the AP's line names, too, and one at its end. Before anything leaves the
process its NVM is flushed to the disk: a process that is killed is a station whose power failed. Of a scenario the parts
stations, override, harvest, converter and supervisor are used.

With --board or --device it is a bridge (docs/DAEMON.md): the station runs in an emulator or on hardware, and what powers
it is theirs. Of a scenario the module, the reading, data_frames, wait_max_s and distance_m of stations are used then.`,
    );
    addExamples(command, [
      ["--nvm device.bin", "a station near an RF energizer, and ampcore ap on this machine"],
      ["--nvm device.bin --lives", "how it lives and dies"],
      ["--nvm device.bin --connect 192.0.2.7:4711 --trace mementos-rf/1.txt", "an AP elsewhere, measured power"],
      ["--nvm device.bin --set harvest.source=constant harvest.constant.power_W=20e-3", "power enough to stay alive"],
      ["--nvm device.bin --board stm32vldiscovery", "as firmware on an emulated Cortex-M3"],
      ["--device /dev/ttyACM0 --spa 02:c0:ff:ee:00:01", "a board on a serial line, with an NVM of its own"],
    ]);
  },

  async run(given, [wish = "default"]) {
    const options = withConfig(given, names);
    const isBridge = options.board !== undefined || options.device !== undefined;
    return alone(options.nvm, () => (isBridge ? runBridged(wish, options) : runSta(wish, options)));
  },
} satisfies Verb<StaOptions>;

function boardNames(): string {
  return BOARDS.map(({ name }) => name).join(", ");
}
