/** A site of files, and its roles as processes of `ampcore mih`. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Scheme } from "../../../host/mih/schemes/scheme.ts";
import { makeSite } from "../../../host/mih/site/make.node.ts";
import { Ampcore, until } from "../../daemon/running.ts";

export type RoleName = "pos-a" | "pos-b" | "pos-c" | "gm";
export const ID = {
  "pos-a": "pos-a@home.example",
  "pos-b": "pos-b@visited.example",
  "pos-c": "pos-c@umts.example",
  gm: "gm@home.example",
  mn: "mn@home.example",
} as const;

/** What `ampcore mih mn --json` prints. */
export interface Outcome {
  readonly failure?: string;
  readonly target?: string;
  readonly key?: string;
  readonly said?: string | null;
  readonly tainted?: boolean;
  readonly pmk?: string | null;
  readonly tries?: number;
  readonly found?: readonly { readonly link: string; readonly pos: string; readonly methods: string }[];
  readonly steps: readonly { readonly step: string; readonly outcome: string; readonly sent: number }[];
}

export class Site {
  readonly folder: string;
  readonly scheme: Scheme;
  readonly #ports = new Map<string, number>();

  private constructor(folder: string, scheme: Scheme) {
    this.folder = folder;
    this.scheme = scheme;
  }

  static async made(folder: string, scheme: Scheme): Promise<Site> {
    const site = new Site(folder, scheme);
    for (const { role, port } of await makeSite(folder, scheme, 0)) {
      if (port) site.#ports.set(role.name, port);
      // Nobody is far away here.
      site.change(role.name, "rto_ms: 500", "rto_ms: 100");
      site.change(role.name, "transaction_ms: 30000", "transaction_ms: 1500");
    }
    return site;
  }

  file(name: string): string {
    return join(this.folder, `${name}.yaml`);
  }

  portOf(name: RoleName): number {
    return this.#ports.get(name) ?? 0;
  }

  /** Every occurrence, in one role's file or in all. */
  change(name: string, from: string | RegExp, to: string): void {
    const text = readFileSync(this.file(name), "utf8");
    const changed = text.replaceAll(from, to);
    assert.notEqual(changed, text, `${name}.yaml has ${from}`);
    writeFileSync(this.file(name), changed);
  }

  /** A process of it that listens. */
  async start(name: RoleName): Promise<Ampcore> {
    const action = name === "gm" ? "gm" : name === "pos-a" ? "sp" : "tp";
    const original = this.scheme === "xor" && name !== "gm" ? ["--insecure-original"] : [];
    const process = new Ampcore("mih", action, this.file(name), ...original);
    await until(`${name} listens`, () => / listening on /.test(process.stderr), process);
    return process;
  }

  mobile(...options: readonly string[]): Ampcore {
    const original = this.scheme === "xor" ? ["--insecure-original"] : [];
    return new Ampcore("mih", "mn", this.file("mn"), "--json", ...original, ...options);
  }
}

/** How it ended; the code is null if somebody killed it. */
export async function ended(mn: Ampcore): Promise<{ readonly code: number | null; readonly outcome?: Outcome }> {
  if (mn.child.exitCode === null && mn.child.signalCode === null) await once(mn.child, "close");
  const { exitCode } = mn.child;
  return { code: exitCode, outcome: mn.stdout === "" ? undefined : JSON.parse(mn.stdout) };
}

/** The name of the PMK that this process has of the MN, by what it has told; undefined: it has none. */
export function pmkIn({ stderr }: Ampcore): string | undefined {
  const told = [...stderr.matchAll(/ (?:PMK ([0-9a-f]{32})|no PMK any more) for mn@home\.example /g)];
  return told.at(-1)?.[1];
}
