/*
 * The parameters of an entry, field by field: what is read is checked, and what nobody asked for is told.
 */
import { EnergyError } from "../error.ts";

export type Part = Readonly<Record<string, unknown>>;

/** Every entry may have them; they say nothing about what is modelled. */
const CONTENT = [
  "id",
  "name",
  "description",
  "comment",
  "inherit_from",
  "owner",
  "group",
  "visible2group",
  "visible2all",
  "created",
  "updated_last",
];

export class Fields {
  readonly #name: string;
  readonly #part: Part;
  readonly #known = new Set<string>(CONTENT);

  /** `name`: of the entry, for its mistakes. */
  constructor(name: string, part: Part) {
    this.#name = name;
    this.#part = part;
  }

  /** A number from `least` to `most`; absent or null, the default. @throws EnergyError */
  number(field: string, least: number, most: number, byDefault?: number): number {
    const value = this.#of(field) ?? byDefault;
    if (typeof value === "number" && value >= least && value <= most) return value;
    const right = most === Number.MAX_VALUE ? `a number of at least ${least}` : `a number from ${least} to ${most}`;
    throw this.#wrong(field, value, right);
  }

  /** A number above 0. @throws EnergyError */
  positive(field: string, byDefault?: number): number {
    const value = this.#of(field) ?? byDefault;
    if (typeof value === "number" && value > 0 && (value < Number.POSITIVE_INFINITY || value === byDefault))
      return value;
    throw this.#wrong(field, value, "a finite number above 0");
  }

  whole(field: string, least: number, most: number, byDefault: number): number {
    const value = this.number(field, least, most, byDefault);
    if (Number.isInteger(value)) return value;
    throw this.#wrong(field, value, "a whole number");
  }

  flag(field: string, byDefault: boolean): boolean {
    const value = this.#of(field) ?? byDefault;
    if (typeof value === "boolean") return value;
    throw this.#wrong(field, value, "true or false");
  }

  text(field: string, byDefault: string): string {
    const value = this.#of(field) ?? byDefault;
    if (typeof value === "string") return value;
    throw this.#wrong(field, value, "a text");
  }

  /** So many finite numbers from `least` to `most`. @throws EnergyError */
  numbers(field: string, count: number, least: number, most: number, byDefault?: readonly number[]): readonly number[] {
    return this.#row(field, this.#of(field) ?? byDefault, count, least, most);
  }

  /** Rows of as many numbers. @throws EnergyError */
  square(field: string, count: number, least: number, most: number): readonly (readonly number[])[] | undefined {
    const value = this.#of(field) ?? undefined;
    if (value === undefined) return undefined;
    if (!Array.isArray(value) || value.length !== count) throw this.#wrong(field, value, `a list of ${count} rows`);
    return value.map((row, i) => this.#row(`${field}, row ${i + 1},`, row, count, least, most));
  }

  /** A part within; null: there is none, or it is null. @throws EnergyError */
  part(field: string): Part | null {
    const value = this.#of(field) ?? null;
    if (value === null || isPart(value)) return value;
    throw this.#wrong(field, value, "a part with a name, or null");
  }

  /** Known, and of no consequence here. */
  passOver(...fields: readonly string[]): void {
    for (const field of fields) this.#known.add(field);
  }

  /** A sentence for each field that nobody asked for. */
  unknown(): string[] {
    return Object.keys(this.#part)
      .filter((field) => !this.#known.has(field))
      .map((field) => `${this.#name}: there is no field ${shown(field)}, it was passed over`);
  }

  #of(field: string): unknown {
    this.#known.add(field);
    return Object.hasOwn(this.#part, field) ? this.#part[field] : undefined;
  }

  #row(field: string, value: unknown, count: number, least: number, most: number): readonly number[] {
    const isRow =
      Array.isArray(value) &&
      value.length === count &&
      value.every((one) => typeof one === "number" && Number.isFinite(one) && one >= least && one <= most);
    if (isRow) return value;
    const within = most === Number.MAX_VALUE ? "finite numbers" : `numbers from ${least} to ${most}`;
    throw this.#wrong(field, value, `a list of ${count} ${within}`);
  }

  #wrong(field: string, value: unknown, right: string): EnergyError {
    return new EnergyError(`${this.#name}: ${field} is ${shown(value)}, where ${right} is needed`);
  }
}

export function isPart(value: unknown): value is Part {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Map);
}

/** Enough of a value to find it by. */
export function shown(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "number") return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
