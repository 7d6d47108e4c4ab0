/* What can be fuzzed, by name. */
import { readdirSync, readFileSync } from "node:fs";
import { builtModule, builtNames } from "../../build/build.ts";
import { apTarget } from "../../fuzz/ap.ts";
import { conversation } from "../../fuzz/conversation.ts";
import { eapPeerTarget } from "../../fuzz/eappeer.ts";
import { hdf5Target } from "../../fuzz/hdf5.ts";
import { mihTarget } from "../../fuzz/mih.ts";
import { modelsTarget } from "../../fuzz/models.ts";
import { nvmTarget } from "../../fuzz/nvm.ts";
import { preauthTarget } from "../../fuzz/preauth.ts";
import { scenarioTarget, tracesTarget } from "../../fuzz/readers.ts";
import { rsnTarget } from "../../fuzz/rsn.ts";
import { senaaTarget } from "../../fuzz/senaa.ts";
import { senaaSessionTarget } from "../../fuzz/senaasession.ts";
import { Player } from "../../fuzz/station/player.ts";
import { StationTarget } from "../../fuzz/station/target.ts";
import type { Target } from "../../fuzz/target.ts";
import { wireTarget } from "../../fuzz/wire.ts";
import { builtInNames, builtInText } from "../run/scenarios.ts";
import { UsageError } from "../verb.ts";
import { cliTarget } from "./commands.ts";

export const TARGETS = [
  "station",
  "wire",
  "ap",
  "nvm",
  "traces",
  "hdf5",
  "scenario",
  "models",
  "cli",
  "rsn",
  "preauth",
  "eap",
  "mih",
  "senaa",
  "senaasession",
] as const;
export type TargetName = (typeof TARGETS)[number];

/** A target of whatever inputs; `close` when it is done with. */
export interface Opened {
  readonly target: Target<unknown>;
  readonly close: () => void;
}

/** The name of a target. @throws UsageError */
export function targetName(wish: string): TargetName {
  const name = TARGETS.find((known) => known === wish);
  if (name === undefined)
    throw new UsageError(`--target is ${JSON.stringify(wish)}, where one of ${TARGETS.join(", ")} is expected`);
  return name;
}

/** `module`: a station module in place of the built one; `build`: which of the built ones. */
export async function openTarget(name: TargetName, build: string, module?: Uint8Array<ArrayBuffer>): Promise<Opened> {
  const octets = async (): Promise<Uint8Array<ArrayBuffer>> => module ?? (await builtModule(build));
  const opened = <Input>(target: Target<Input>, close = () => {}): Opened => ({
    target: target as Target<unknown>,
    close,
  });
  switch (name) {
    case "station":
      return opened(new StationTarget(await octets(), module ? undefined : await builtNames(build)));
    case "wire":
      return opened(wireTarget(Object.values(conversation(await octets())), new Player(await octets())));
    case "ap":
      return opened(apTarget(conversation(await octets())));
    case "nvm":
      return opened(nvmTarget(new Player(await octets())));
    case "traces":
      return opened(tracesTarget());
    case "hdf5":
      return opened(hdf5Target(recordings()));
    case "scenario":
      return opened(scenarioTarget(builtInNames().map((scenario) => withoutRemarks(builtInText(scenario)))));
    case "models":
      return opened(modelsTarget());
    case "rsn":
      return opened(rsnTarget(module ?? (await builtModule("rsn"))));
    case "preauth":
      return opened(preauthTarget());
    case "eap":
      return opened(await eapPeerTarget());
    case "mih":
      return opened(await mihTarget());
    case "senaa":
      return opened(senaaTarget());
    case "senaasession":
      return opened(senaaSessionTarget());
    case "cli": {
      const { target, close } = cliTarget();
      return opened(target, close);
    }
  }
}

/** Small HDF5 files, one for each kind of recording. */
function recordings(): Uint8Array[] {
  const folder = new URL("../../fuzz/recordings/", import.meta.url);
  return readdirSync(folder)
    .sort()
    .map((name) => new Uint8Array(readFileSync(new URL(name, folder))));
}

/** So that most changes hit something that is read. */
function withoutRemarks(yaml: string): string {
  return yaml
    .split("\n")
    .map((line) => line.replace(/\s*#.*$/, ""))
    .filter((line) => line !== "")
    .join("\n");
}
