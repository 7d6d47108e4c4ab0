/** @jsxRuntime automatic @jsxImportSource #html */
/* What was told, whether it came to its end, and its figures. */

import { SCHEME_NAME } from "../../mih/schemes/scheme.ts";
import { Tile } from "../../report/sections/tile.tsx";
import { si } from "../../report/units.ts";
import type { Story } from "../story.ts";
import type { Way } from "../telling.ts";

export function Head({ story }: { readonly story: Story }) {
  const { scenario, scheme, ended, lived } = story;
  const { stations, harvest } = scenario;
  return (
    <header class="head">
      <p class="brand">ampcore, a story of one station</p>
      <h1>Born, moved, used</h1>
      <p class="lead">
        Two access points enter a network by SeNAA. A station proves itself by EAP-PSK through the first, and of the MSK
        comes the root of its AMP side. It is read on harvested power, and dies; IEEE 802.21, {SCHEME_NAME[scheme]},
        brings its key to the second access point, where it is read on. Seed <span class="mono">{scenario.seed}</span>;{" "}
        {stations.mcu}, {stations.nvm}, {stations.radio}, {storageOf(scenario)}; harvest: {harvest.source}.
      </p>
      <p class={ended ? "verdict bad" : "verdict good"}>
        {ended ? (
          <>
            <strong>It ends in “{ended.chapter}”:</strong> {ended.reason}
          </>
        ) : (
          <>
            <strong>It came to its end:</strong> one chain of keys from EAP to the last reading
          </>
        )}
      </p>
      <section class="tiles" aria-label="The story in figures">
        <Network story={story} way="SeNAA" label="to enter and to leave, by SeNAA" />
        <Network story={story} way="802.21" label="to move, by 802.21" />
        {lived && (
          <>
            <Tile label="readings" value={`${lived.readings["AP 1"]} + ${lived.readings["AP 2"]}`}>
              taken at AP 1 and at AP 2; {lived.confirmed} confirmed by an M3 that arrived
            </Tile>
            <Tile label="deaths" value={`${lived.deaths}`}>
              {deathsText(lived.deathsByPhase)}
            </Tile>
            <Tile label="drawn" value={si(lived.spent_J, "J")}>
              from the capacitor; {si(lived.wasted_J, "J")} of it for exchanges that led to nothing
            </Tile>
            <Tile label="read by AP 2" value={lived.first_s === null ? "never" : si(lived.first_s, "s")}>
              after the move;{" "}
              {lived.told_s === null ? "no answer to the command came" : `told ${si(lived.told_s, "s")} after the wish`}
            </Tile>
          </>
        )}
      </section>
    </header>
  );
}

/** By its name, and its capacitance where the scenario has another than that part. */
function storageOf({ stations, override }: Story["scenario"]): string {
  const { capacitance_F } = override.storage;
  return capacitance_F === undefined ? stations.storage : `${stations.storage} of ${si(capacitance_F, "F")}`;
}

function deathsText(byPhase: Readonly<Record<string, number>>): string {
  const parts = Object.entries(byPhase)
    .sort(([, a], [, b]) => b - a)
    .map(([phase, n]) => `${n} in ${phase}`);
  return parts.length === 0 ? "power never failed" : parts.join(", ");
}

function Network({ story, way, label }: { readonly story: Story; readonly way: Way; readonly label: string }) {
  const own = story.rungs.filter((rung) => rung.way === way);
  const octets = own.reduce((sum, rung) => sum + rung.octets.length, 0);
  return (
    <Tile label={label} value={`${own.length}`}>
      datagrams, {octets.toLocaleString("en")} octets
    </Tile>
  );
}
