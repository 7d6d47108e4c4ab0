/* Honest stations beside floods: windows without and with each take turns, so that the machine's mood is in both. */
import { type BedOptions, LoadBed, pause, type Window } from "./bed.ts";
import type { FloodOptions } from "./flood.ts";
import type { FloodRow } from "./result.ts";

/** A flood by name; replays come from the crowd, which alone has the M2s. */
interface Named {
  readonly name: string;
  readonly flood: Omit<FloodOptions, "channels"> | { readonly replays: number };
  /** By peers, whom rounds may wait their patience for. */
  readonly isByPeers?: boolean;
}

/** What the rates are limited to, and as good as nothing. IDs are limited on the air's clock, which runs ahead here. */
const LIMITS = { on: { source: 5000, id: 20 }, off: { source: 1_000_000, id: 1_000_000 } } as const;
/** As `ampcore ap` has it. */
const PATIENCE_s = 0.1;
/** Until a flood, or its end, is all there is. */
const SETTLE_ms = 300;
const MANY_ADDRESSES = 250;

export interface FloodEffort {
  readonly window_s: number;
  readonly windows: number;
  readonly limits: readonly ("on" | "off")[];
  /** Devices beside each station's that have its short ID, in a crowd of its own; 0: no such crowd. */
  readonly others: number;
  /** Datagrams a second of strangers; frames a round of a peer. */
  readonly strangers: number;
  readonly frames: number;
}

export async function floodRows(crowd: BedOptions, effort: FloodEffort, onStep: (step: string) => void) {
  const rows: FloodRow[] = [];
  for (const limits of effort.limits) {
    for (const { sharing, all } of crowdsOf(crowd, effort)) {
      const bed = await LoadBed.make({ ...crowd, sharing, rates: LIMITS[limits] });
      try {
        for (const named of all) {
          onStep(`flood, limits ${limits}: ${named.name}`);
          rows.push({ ...(await floodRow(bed, crowd.channels, named, effort)), limits });
        }
      } finally {
        await bed.end();
      }
    }
  }
  return rows;
}

function crowdsOf(crowd: BedOptions, effort: FloodEffort): { readonly sharing: number; readonly all: Named[] }[] {
  const alone = { sharing: 0, all: floodsOf(crowd, effort) };
  return effort.others === 0 ? [alone] : [alone, { sharing: effort.others, all: sharedFloods(crowd, effort) }];
}

function floodsOf({ stations, channels }: BedOptions, { strangers, frames }: FloodEffort): Named[] {
  const peers = { kind: "bogus", rate: frames, sources: channels } as const;
  const from = (kind: "strangers" | "hellos", sources: number) => ({ kind, rate: strangers, sources, ids: stations });
  return [
    { name: "bogus M2s of strangers, 1 address", flood: from("strangers", 1) },
    { name: `bogus M2s of strangers, ${MANY_ADDRESSES} addresses`, flood: from("strangers", MANY_ADDRESSES) },
    { name: "hellos of strangers, 1 address", flood: from("hellos", 1) },
    { name: `hellos of strangers, ${MANY_ADDRESSES} addresses`, flood: from("hellos", MANY_ADDRESSES) },
    { name: "bogus M2s of a peer a channel, all stations' IDs", flood: { ...peers, ids: stations }, isByPeers: true },
    { name: "bogus M2s of a peer a channel, one station's ID", flood: { ...peers, ids: 1 }, isByPeers: true },
    { name: "every M2 replayed twice by a peer", flood: { replays: 2 }, isByPeers: true },
    {
      name: "a peer a channel that joins, says nothing and joins anew",
      flood: { kind: "silent", rate: 10, sources: channels, ids: 1 },
      isByPeers: true,
    },
  ];
}

function sharedFloods({ stations, channels }: BedOptions, { frames, others }: FloodEffort): Named[] {
  const flood = { kind: "bogus", rate: frames, sources: channels, ids: stations } as const;
  return [{ name: `bogus M2s of a peer a channel, IDs of ${1 + others} devices each`, flood, isByPeers: true }];
}

async function floodRow(
  bed: LoadBed,
  channels: number,
  { name, flood, isByPeers = false }: Named,
  { window_s, windows }: FloodEffort,
): Promise<Omit<FloodRow, "limits">> {
  const [without, beside]: Window[][] = [[], []];
  for (let n = 0; n < windows; n++) {
    await pause(SETTLE_ms);
    without.push(await bed.window(window_s));
    if ("replays" in flood) await bed.replays(flood.replays);
    else await bed.flood({ ...flood, channels });
    await pause(SETTLE_ms);
    beside.push(await bed.window(window_s));
    if ("replays" in flood) await bed.replays(0);
    else await bed.noFlood();
  }
  const [base, load] = [summed(without), summed(beside)];
  if (base.wrong + load.wrong > 0) throw new Error(`${name}: M3s whose MIC does not fit`);
  const limited = dropped(load, "source over its rate") + dropped(load, "ID over its rate");
  const cpuWithout_s = base.cpu_s / base.confirmed;
  const round_s = (channels * base.lasts_s) / (base.metrics.get("triggers_total") ?? 0);
  return {
    flood: name,
    offered: load.flooded / load.lasts_s,
    admitted: Math.max(0, load.flooded - limited) / load.lasts_s,
    without: base.confirmed / base.lasts_s,
    with: load.confirmed / load.lasts_s,
    cpuWithout_us: 1e6 * cpuWithout_s,
    cpuWith_us: (1e6 * load.cpu_s) / load.confirmed,
    each_us: (1e6 * (load.cpu_s - load.confirmed * cpuWithout_s)) / load.flooded,
    // For a peer, or for a station whose M2 found no room.
    waited: isByPeers || load.overflowed > 0 ? PATIENCE_s / round_s : 0,
    overflowed: load.overflowed,
  };
}

function dropped({ metrics }: Pick<Window, "metrics">, reason: string): number {
  return metrics.get(`dropped_total{reason="${reason}"}`) ?? 0;
}

/** All of them as one. */
export function summed(windows: readonly Window[]): Omit<Window, "from_us" | "end_us"> {
  const sum = (of: (window: Window) => number): number => windows.reduce((total, window) => total + of(window), 0);
  const names = new Set(windows.flatMap(({ metrics }) => [...metrics.keys()]));
  return {
    lasts_s: sum(({ lasts_s }) => lasts_s),
    confirmed: sum(({ confirmed }) => confirmed),
    wrong: sum(({ wrong }) => wrong),
    cpu_s: sum(({ cpu_s }) => cpu_s),
    flooded: sum(({ flooded }) => flooded),
    overflowed: sum(({ overflowed }) => overflowed),
    metrics: new Map([...names].map((name) => [name, sum(({ metrics }) => metrics.get(name) ?? 0)])),
  };
}
