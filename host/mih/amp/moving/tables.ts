/** What the ways of preparing a handover cost, for the eye. */

import type { Table } from "../../../bench/bench.ts";
import { si } from "../../../text/units.ts";
import { type ConditionFigures, conditionText, type MovesResult, type WayFigures } from "./measure.ts";
import { WAY_NAME } from "./moved.ts";
import type { Mean, Share, Spread } from "./statistics.ts";

type Row = Table["rows"][number];

export function moveTables(result: MovesResult): Table[] {
  const { conditions, options, parts, period_s, reading_octets, eap_J } = result;
  const [first] = conditions;
  const where = `${parts.mcu}, ${parts.nvm}, ${parts.radio}, energizer as in the default scenario; ${reading_octets} octets of reading, a trigger each ${si(period_s, "s")}`;
  return [
    {
      id: "delay",
      title: "From the first trigger of the next AP to the first reading that it took, ms: median (5 % .. 95 %)",
      headline: true,
      rows: conditions.map((one) => byWay(one, ({ delay_s }) => spread(delay_s, 1e3))),
      note:
        `${options.seeds} moves in each cell, at instants that chance chooses; RSN: from the first Beacon. -: not within ` +
        `${options.patience_s} s. Hurried: moved up to a second after the wish, all others at least ${Math.max(...conditions.map(({ lead_s }) => lead_s))} s. On ${where}. ` +
        `Between APs ${options.network_ms} ms one way, key service ${options.keyService_ms} ms there and back; RSN's server answers at once.`,
    },
    {
      id: "median",
      title: "The same medians with their 95 % intervals, ms",
      rows: conditions.map((one) => byWay(one, ({ delay_s }) => median(delay_s))),
    },
    {
      id: "ended",
      title: `Moves that came to a reading within ${options.patience_s} s, % (95 % interval)`,
      headline: true,
      rows: conditions.map((one) => byWay(one, ({ ended }) => share(ended))),
      note: "Keys of 802.21 alone: no key service serves the next AP, which has nothing else of the station.",
    },
    {
      id: "preparation",
      title:
        "From the wish to the station's answer, in trigger periods: median (5 % .. 95 %), and moves that were prepared in time",
      headline: true,
      rows: conditions.map((one) =>
        byWay(toldOf(one), ({ preparation_periods, prepared }) =>
          preparation_periods && prepared ? `${spread(preparation_periods, 1)}; ${share(prepared)} %` : null,
        ),
      ),
      note: "No other way asks the station for anything before the move.",
    },
    ...[first, ...conditions.filter(({ networkLoss }) => networkLoss > 0)].flatMap((one) => costTables(one, eap_J)),
    {
      id: "energy",
      title:
        "Energy of the station from the first trigger to the reading (RSN: Beacon), or to the end of its patience, uJ: mean",
      rows: conditions.map((one) => byWay(one, ({ after }) => (after.e_J.mean * 1e6).toFixed(1))),
    },
    {
      id: "told",
      title: "Energy of the station before the move, uJ: mean (95 % interval)",
      rows: conditions.map((one) => byWay(one, ({ before, prepared }) => (prepared ? mean(before.e_J, 1e6, 2) : null))),
      note: "Of sessions with the command, beyond what they would cost without it; a death in one, and one again, are in it.",
    },
    {
      id: "deaths",
      title: "Deaths between the first trigger and the reading: mean",
      rows: conditions.map((one) => byWay(one, ({ after }) => after.deaths.mean.toFixed(1))),
    },
  ];
}

function costTables(condition: ConditionFigures, eap_J: number | null): Table[] {
  const { networkLoss } = condition;
  const id = networkLoss > 0 ? "-lossy" : "";
  return [
    {
      id: `before${id}`,
      title: `Before the move, ${conditionText(condition)}: mean (95 % interval)`,
      headline: networkLoss === 0,
      rows: condition.ways.map((one) => costs(one, "before")),
      note:
        "Network: 802.21, RADIUS and EAPOL as whole datagrams and frames, a PMK of the key service as its fields alone. Air: " +
        "what is there beside sessions that there are anyway. Associations of agent, PoSs and group manager are there before. " +
        (networkLoss > 0
          ? "Lost between APs are datagrams of 802.21 alone: what is sent again is in the figures, and who got no answer asks anew. "
          : "") +
        (eap_J === null
          ? ""
          : `RSN's pre-authentication is made by the station's agent, as the device has no peer for it: the EAP-PSK that it stands for costs a station ${si(eap_J, "J")} in an association.`),
    },
    {
      id: `after${id}`,
      title: `From the first trigger to the reading, ${conditionText(condition)}: mean (95 % interval)`,
      headline: networkLoss === 0,
      rows: condition.ways.map((one) => costs(one, "after")),
      note: "Air: without Beacons and without triggers that the station does not answer; NVM to the end of that round. Active: without listening and sleep.",
    },
  ];
}

/** The ways that ask the station for something before the move. */
function toldOf(condition: ConditionFigures): ConditionFigures {
  return { ...condition, ways: condition.ways.filter(({ prepared }) => prepared !== null) };
}

function byWay(condition: ConditionFigures, cell: (figures: WayFigures) => string | null): Row {
  return {
    conditions: conditionText(condition),
    "a charge": si(condition.usable_J, "J"),
    ...Object.fromEntries(condition.ways.map((figures) => [WAY_NAME[figures.way], cell(figures)])),
  };
}

function costs(figures: WayFigures, side: "before" | "after"): Row {
  const of = figures[side];
  const row: Row = {
    way: WAY_NAME[figures.way],
    "network, messages": mean(of.networkMessages, 1, 1),
    octets: mean(of.networkOctets, 1, 0),
    "air, frames": mean(of.airMessages, 1, 1),
    "octets ": mean(of.airOctets, 1, 0),
    "energy, uJ": mean(of.e_J, 1e6, 2),
    "NVM octets": mean(of.nvm_octets, 1, 0),
  };
  return side === "before" ? row : { ...row, "active, uJ": mean(figures.after.active_J, 1e6, 2) };
}

function mean({ mean, low, high }: Mean, scale: number, digits: number): string {
  const text = (value: number): string => (value * scale).toFixed(digits);
  return text(low) === text(high) ? text(mean) : `${text(mean)} (${text(low)} .. ${text(high)})`;
}

function spread({ median, p5, p95 }: Spread, scale: number): string {
  const text = (value: number | null): string => number(value, scale);
  return `${text(median)} (${text(p5)} .. ${text(p95)})`;
}

function median({ median, low, high }: Spread): string {
  return `${number(median, 1e3)} (${number(low, 1e3)} .. ${number(high, 1e3)})`;
}

function number(value: number | null, scale: number): string {
  return value === null ? "-" : String(Number((value * scale).toPrecision(3)));
}

function share({ share, low, high }: Share): string {
  const text = (value: number): string => String(Math.round(100 * value));
  return `${text(share)} (${text(low)} .. ${text(high)})`;
}
