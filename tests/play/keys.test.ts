/** What the page says of a station's keys is what the module's own memory map says, at every point of an exchange. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtModule, builtNames } from "../../host/build/build.ts";
import { scenarioFor } from "../../host/cli/run/scenarios.ts";
import { createPortableCrypto } from "../../host/crypto/portable.ts";
import { Roots, ramRows, sessionOf } from "../../host/play/worker/keys.ts";
import { momentOf } from "../../host/play/worker/moment.ts";
import { nvmRows } from "../../host/play/worker/nvm.ts";
import { Player } from "../../host/play/worker/player.ts";
import { Run } from "../../host/play/worker/run.ts";
import { toHex } from "../../host/wire/octets.ts";

/** assembly/layout.ts: where they live. */
const PLACES = { entropy: 600, KCK: 568, TK: 584 } as const;

test("keys are found at the addresses of the memory map, and are lost with the power", async () => {
  const module = { octets: await builtModule("release"), names: await builtNames("release") };
  const set = [
    "duration_s=3",
    "stations.count=1",
    "override.storage.capacitance_F=4e-6",
    "harvest.source=markov",
    "harvest.markov.off_s=0.4",
  ];
  const run = new Run(scenarioFor("default", { set }), {
    materials: { crypto: createPortableCrypto(), module },
    version: "0",
  });
  const player = new Player(run, (work) => work());
  const [watched] = run.watched.values();
  const { crypto, store, stations } = run.simulation.world;
  const roots = new Roots(crypto, store, stations[0].spa);
  const seen = { there: 0, lost: 0, cached: 0, pmk: 0, derived: 0, fromCache: 0 };
  for (player.step("frame", watched); player.state !== "ended"; player.step("frame", watched)) {
    const moment = momentOf(player, watched);
    const session = sessionOf(crypto, roots, stations[0].spa, moment.m1, moment.m2, moment.before);
    const rows = ramRows(moment.context?.memory, session, moment.noise, moment.earlier);
    const isOff = moment.context === undefined;
    for (const { name, state, told, octets } of rows) {
      if (isOff) assert.ok(["lost", "not yet"].includes(state), `${name} is ${state} in a station that is off`);
      const place = PLACES[name as keyof typeof PLACES];
      if (state !== "there" || place === undefined || !moment.context || moment.earlier) continue;
      // In the midst of a call it may stand in scratch memory too.
      assert.match(told, new RegExp(`, at (\\d+ and )*${place}( and \\d+)*$`), name);
      const { length } = octets ?? "";
      assert.equal(toHex(moment.context.memory.subarray(place, place + length / 2)), octets);
      seen.there++;
    }
    if (rows.some(({ state }) => state === "lost")) seen.lost++;
    if (rows.some(({ name, state }) => name === "PMK" && state === "there")) seen.pmk++;
    if (rows.some(({ name, told }) => name === "PMK" && told.startsWith("derived"))) seen.derived++;
    if (rows.some(({ name, told }) => name === "PMK" && told.startsWith("out of the cache"))) seen.fromCache++;
    if (nvmRows(moment.nvm).some(({ name, state }) => name === "PMK cache" && state === "there")) seen.cached++;
  }
  assert.ok(
    seen.there > 10 && seen.lost > 3 && seen.cached > 3 && seen.pmk > 0 && seen.derived > 0 && seen.fromCache > 3,
    JSON.stringify(seen),
  );
});
