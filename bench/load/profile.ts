/* Where an AP's main thread spends its time: a V8 profile's samples, by the part of the daemon that they are in. */

/** What parts of the daemon there are, and which files of the tree are in each: the first that fits. */
const PARTS = [
  ["crypto", [/host\/crypto\//, /^wasm:/, /node:internal\/crypto\//]],
  ["readings to the consumer", [/daemon\/(consumer|fileconsumer|streamconsumer)\.ts/, /node:internal\/(fs|streams)\//]],
  ["datagrams read and made", [/daemon\/datagram\.ts/]],
  ["rounds, peers, rates", [/daemon\/(ap|rounds|round|peers|buckets|air)\.ts/, /host\/channel\//]],
  ["access point, frames", [/host\/(ap|wire|keys)\//, /daemon\/(aplink|keysource|keys)\.ts/]],
  ["socket", [/node:dgram/, /node:internal\/dgram/, /daemon\/udpap\.ts/]],
  ["timers, turns of the event loop", [/node:(internal\/)?(timers|process|async_hooks)/]],
] as const satisfies readonly (readonly [string, readonly RegExp[]])[];

export const IDLE = "waits for stations or the disk";
export const GARBAGE = "garbage collection";
export const NATIVE = "system calls and libuv, receiving among them";
export const REST = "the rest";

export type Part = (typeof PARTS)[number][0] | typeof IDLE | typeof GARBAGE | typeof NATIVE | typeof REST;

const BY_NAME: ReadonlyMap<string, Part> = new Map([
  ["(idle)", IDLE],
  ["(garbage collector)", GARBAGE],
  ["(program)", NATIVE],
]);

/** As node --cpu-prof writes it, as far as it is read here. Times are microseconds of the system's steady clock. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/**
 * Shares of the time between two instants, which add up to 1. A function that no part names, one of V8's own among them, is
 * in the part of whoever called it. @throws Error for a profile without a sample in that time.
 */
export function sharesOf(profile: CpuProfile, from_us: number, end_us: number): Record<Part, number> {
  const partOf = partsOf(profile);
  const spent = new Map<Part, number>([
    ...PARTS.map(([part]) => [part, 0] as const),
    ...([NATIVE, GARBAGE, REST, IDLE] as const).map((part) => [part, 0] as const),
  ]);
  let at_us = profile.startTime;
  let total_us = 0;
  for (const [i, id] of profile.samples.entries()) {
    at_us += profile.timeDeltas[i];
    // A sample lasts until the next.
    const lasts_us = profile.timeDeltas[i + 1] ?? 0;
    if (at_us < from_us || at_us >= end_us) continue;
    const part = partOf.get(id) ?? REST;
    spent.set(part, (spent.get(part) ?? 0) + lasts_us);
    total_us += lasts_us;
  }
  if (total_us === 0) throw new Error("the profile has no sample in that time");
  return Object.fromEntries([...spent].map(([part, us]) => [part, us / total_us])) as Record<Part, number>;
}

function partsOf({ nodes }: CpuProfile): ReadonlyMap<number, Part> {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parts = new Map<number, Part>();
  const partOf = (id: number): Part => {
    const known = parts.get(id);
    if (known) return known;
    const { functionName, url } = byId.get(id)?.callFrame ?? { functionName: "", url: "" };
    const own = BY_NAME.get(functionName) ?? PARTS.find(([, files]) => files.some((file) => file.test(url)))?.[0];
    const parent = parents.get(id);
    const part = own ?? (parent === undefined ? REST : partOf(parent));
    parts.set(id, part);
    return part;
  };
  for (const { id } of nodes) partOf(id);
  return parts;
}
