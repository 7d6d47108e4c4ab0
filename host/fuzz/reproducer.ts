/*
 * A finding as a file: what was fuzzed, which rule broke, and the input in hex, with the same input in words for whoever
 * opens the file. Only target and input count when it is replayed.
 */
import { z } from "zod";
import type { Finding, Target } from "./target.ts";

const REPRODUCER = z.strictObject({
  target: z.string(),
  /** The rule that it broke, and how; of a crash that was mended: what it broke then. */
  rule: z.string(),
  message: z.string(),
  input: z.string().regex(/^([0-9a-f]{2})*$/),
  steps: z.array(z.string()),
});
export type Reproducer = z.output<typeof REPRODUCER>;

/** A file's text is no reproducer; one sentence. */
export class ReproducerError extends Error {
  override readonly name = "ReproducerError";
}

export function reproducerOf<Input>(target: Target<Input>, input: Input, { rule, message }: Finding): Reproducer {
  const hex = Buffer.from(target.encode(input)).toString("hex");
  return { target: target.name, rule, message, input: hex, steps: target.describe(input) };
}

/** The text of a file. */
export function reproducerText(reproducer: Reproducer): string {
  return `${JSON.stringify(reproducer, null, 2)}\n`;
}

/** @throws ReproducerError */
export function readReproducer(text: string): Reproducer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ReproducerError("it is no JSON, where a reproducer as ampcore fuzz writes them is expected");
  }
  const checked = REPRODUCER.safeParse(value);
  if (checked.success) return checked.data;
  const { path, message } = checked.error.issues[0];
  throw new ReproducerError(`${path.join(".") || "it"} is not as ampcore fuzz writes it: ${message}`);
}

/** The input of a reproducer, as its target reads it. */
export function inputOf<Input>(target: Target<Input>, { input }: Reproducer): Input {
  return target.decode(new Uint8Array(Buffer.from(input, "hex")));
}
