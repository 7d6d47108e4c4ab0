/*
 * The converter and the capacitor that a scenario names in files of shepherd's.
 */
import { basename } from "node:path";
import { entryNamedIn } from "../../energy/shepherd/entries.ts";
import { converterOf } from "../../energy/shepherd/profile.ts";
import { parseSources } from "../../energy/shepherd/source.ts";
import { capacitorFor } from "../../energy/shepherd/storage.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import type { ConverterModel } from "../../sim/stage.ts";
import { UsageError } from "../verb.ts";
import { asUsage } from "./scenarios.ts";
import { readUserFile } from "./userfile.ts";

/** undefined: the scenario names no file. @throws UsageError, one sentence with the file's name. */
export function converterModelOf({ converter: wish }: Pick<Scenario, "converter">): ConverterModel | undefined {
  if (wish === null || (wish.file === null && wish.storage === null)) return undefined;
  const { name, file, storage } = wish;
  if (file === null) {
    throw new UsageError(
      `converter.storage is ${storage}, where converter.file is needed too: its entry says which capacitor is meant`,
    );
  }
  const yaml = textOf("converter.file", file);
  const source = named(file, () => entryNamedIn(parseSources(yaml), name));
  const converter = named(file, () => converterOf(source, basename(file)));
  const storages = storage === null ? undefined : textOf("converter.storage", storage);
  const capacitor = named(storage ?? file, () => capacitorFor(source, storages));
  return { converter, capacitor, warnings: [...source.warnings, ...(capacitor?.warnings ?? [])] };
}

function textOf(what: string, file: string): string {
  return readUserFile(what, file, "a YAML file of shepherd's").toString("utf8");
}

function named<T>(file: string, read: () => T): T {
  try {
    return asUsage(read);
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
}
