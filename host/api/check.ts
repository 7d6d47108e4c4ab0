/*
 * What a program hands in, looked at before anything is done with it: plain JavaScript has no types, and a text where octets
 * are wanted would otherwise be a reading of zeros. Every message is one sentence that begins with the argument's name.
 */
import { kindOf } from "../text/kind.ts";
import { checkIsOctets, copied } from "../wire/octets.ts";

/** Keys of every form of a type, none forgotten and none too many. */
export type KeysOf<Type> = Readonly<Record<keyof Required<Type>, true>>;

/** @throws TypeError for what is no object, or has a key that nobody reads. */
export function checkParts<Type>(name: string, value: unknown, keys: KeysOf<Type>): void {
  const known = Object.keys(keys);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${name}: ${kindOf(value)}, where an object with some of ${known.join(", ")} is expected`);
  }
  const strange = Object.keys(value).find((key) => !known.includes(key));
  if (strange !== undefined) throw new TypeError(`${name}: there is no ${strange}, only ${known.join(", ")}`);
}

/** A copy of octets that the caller keeps. @throws TypeError for what are none. */
export function octetsOf(name: string, value: unknown): Uint8Array {
  checkIsOctets(name, value);
  return copied(value);
}

/** @throws TypeError for what is no function, where there is something. */
export function checkFunction(name: string, value: unknown): void {
  if (value === undefined || typeof value === "function") return;
  throw new TypeError(`${name}: ${kindOf(value)}, where a function is expected`);
}

/** @throws TypeError for an object that lacks one of these methods. */
export function checkMethods(name: string, value: unknown, methods: readonly string[]): void {
  const part = value as Readonly<Record<string, unknown>> | null | undefined;
  const lacking = methods.find((method) => typeof part?.[method] !== "function");
  if (lacking === undefined) return;
  throw new TypeError(`${name}: ${kindOf(value)}, where an object with ${methods.join(" and ")} is expected`);
}

/** What of a few names was meant. @throws RangeError for none of them. */
export function oneOf<Name extends string>(name: string, value: unknown, names: readonly Name[]): Name {
  const found = names.find((one) => one === value);
  if (found !== undefined) return found;
  const said = typeof value === "string" ? value : kindOf(value);
  throw new RangeError(`${name}: ${said} is none of ${names.join(", ")}`);
}

/** The answer of a function that may not take its time. @throws TypeError for anything but true and false. */
export function yesOrNo(name: string, answer: unknown): boolean {
  if (typeof answer === "boolean") return answer;
  throw new TypeError(`${name} answered ${kindOf(answer)}, where true or false is expected, at once`);
}
