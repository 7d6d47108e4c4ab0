import { parseDocument } from "yaml";
import { readUserFile } from "../run/userfile.ts";
import { UsageError } from "../verb.ts";

/**
 * Options out of a YAML file, by the names that they have on the command line, which goes before the file.
 * @throws UsageError for a file that cannot be read, is no map, or has a key that is no option.
 */
export function withConfig<Options extends { readonly config?: string }>(
  options: Options,
  names: readonly string[],
): Options {
  const { config } = options;
  if (config === undefined) return options;
  const document = parseDocument(readUserFile("--config", config, "a YAML file").toString("utf8"), {
    logLevel: "silent",
  });
  const [error] = document.errors;
  if (error) throw new UsageError(`--config ${config} is no YAML: ${error.message.split("\n")[0]}`);
  const values: unknown = document.toJS() ?? {};
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw new UsageError(`--config ${config} is no list of options, like period: 0.1`);
  }
  const read: Record<string, string | boolean> = {};
  for (const [name, value] of Object.entries(values)) {
    if (!names.includes(name) || name === "config") {
      throw new UsageError(
        `--config ${config} has a key ${JSON.stringify(name)}, where ${names.join(", ")} are the options`,
      );
    }
    if (typeof value === "object") {
      throw new UsageError(`--config ${config} has for ${name} what is no single value`);
    }
    read[camel(name)] = typeof value === "boolean" ? value : String(value);
  }
  return { ...read, ...options };
}

function camel(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
