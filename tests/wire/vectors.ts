/** The committed AMP vectors, as the tests of the host's codec read them. */
import { readFileSync } from "node:fs";

/** One frame as the vectors explain it: hex, and numbers where it says so. */
export interface FrameVector {
  readonly frame: string;
  readonly fc: string;
  readonly id: string;
  readonly tdc: string;
  readonly tdcFields: Readonly<Record<string, number | boolean>>;
  readonly body: string;
  readonly fcs: string;
  /** Of an M1. */
  readonly triggerInfo?: string;
  readonly triggerInfoFields?: Readonly<Record<string, number>>;
  readonly aa?: string;
  readonly aNonce?: string;
  readonly modifier?: string | null;
  readonly dlData?: string;
  readonly binding?: string;
  /** Of a protected frame. */
  readonly pn?: number;
  readonly nonce?: string;
  readonly aad?: string;
  readonly payload?: string;
  readonly sent?: string;
  readonly mic?: string;
}

export interface Step {
  readonly call: string;
  readonly status: number;
  readonly statusName?: string;
  readonly state?: number;
  readonly frame?: string;
  readonly reply?: string;
  readonly payload?: string;
}

export interface Case {
  readonly name: string;
  /** Of refused.json. */
  readonly check?: string;
  readonly statusName?: string;
  readonly frame?: string;
  readonly parties?: { readonly spa: string; readonly aa: string };
  readonly keys?: {
    readonly pmk: { readonly key: string };
    readonly kck: string;
    readonly tk: string;
  };
  readonly update?: { readonly command: string; readonly T: string; readonly proof: string };
  readonly sNonce?: { readonly sNonce: string };
  readonly frames?: Readonly<Record<string, FrameVector>>;
  readonly script: { readonly nvm: string; readonly steps: readonly Step[] };
}

/** All files of cases. */
export const FILES = [
  "exchange-compact.json",
  "exchange-wide.json",
  "exchange-strong.json",
  "snonce.json",
  "update.json",
  "conversation.json",
  "boot.json",
  "refused.json",
] as const;

export function casesOf(file: (typeof FILES)[number]): readonly Case[] {
  return JSON.parse(read(file)).cases;
}

/** One worked exchange, written by hand. */
export interface Example {
  readonly spa: string;
  readonly id: string;
  readonly aa: string;
  readonly modifier: string;
  readonly aNonce: string;
  readonly sNonce: string;
  readonly pmk: string;
  readonly kck: string;
  readonly tk: string;
  readonly triggerInfo: string;
  readonly dlData: string;
  readonly m3Payload: string;
  readonly dataPayload: string;
  readonly reading: string;
  readonly m1: string;
  readonly m1Binding: string;
  readonly ccm: ExampleMode;
  readonly mic: ExampleMode;
  readonly update: { readonly command: string; readonly proof: string; readonly m3: string; readonly answer: string };
}

interface ExampleMode {
  readonly nonceM2: string;
  readonly aadM2: string;
  readonly m2: string;
  readonly m3: string;
  readonly dataUlPn2: string;
}

export const EXAMPLE: Example = JSON.parse(read("example.json"));

function read(file: string): string {
  return readFileSync(new URL(`../vectors/amp/${file}`, import.meta.url), "utf8");
}
