/** PMKs in PostgreSQL: an update does not wait for an AP that is cut off, so that AP has to find what it missed. */
import { join } from "node:path";
import { before, test } from "node:test";
import { ensureBuilt } from "../../../host/build/build.ts";
import { scratchFolder } from "../../cli/ampcore.ts";
import { postgresServer, skipWithoutPostgres } from "../../keys/store/postgres.ts";
import { OPEN } from "./gate.ts";
import { agree, recordsOf } from "./left.ts";
import { postgresPlace } from "./places.ts";
import { Site } from "./site.ts";
import { StepFinder } from "./steps.ts";

before(() => ensureBuilt());

test("002-A11: an AP that is cut off in the middle of an update, whose key service then dies, reads in PostgreSQL what it missed: it serves the device under its new root", {
  skip: skipWithoutPostgres,
}, async () => {
  const folder = scratchFolder();
  const sockets = join(folder, "sockets");
  const { urlOf, database } = await postgresServer();
  const name = await database();
  const place = postgresPlace(folder, sockets, (role, password) => urlOf(name, role, password));
  const site = await Site.open({ folder, sockets, place, stations: 2 });
  try {
    await site.served();
    await site.confirmed(1);
    const finder = new StepFinder({ station: 0, spa: site.spaOf(0), ap: 0 });
    let isCut = false;
    let isAnswered = false;
    site.gate = async (sight, fate) => {
      if (sight.way === "keys" && sight.ap === 1) {
        const { message } = sight;
        isCut ||= message.kind === "hold" && message.grant.pmks.length === 2;
        return isCut ? fate.lose() : fate.pass();
      }
      const step = finder.stepOf(sight);
      fate.pass();
      isAnswered ||= step === "answer on the air";
      // What was handed on last has arrived before the connection is seen to end.
      if (step === "tell UPDATE") await site.kill([site.service]);
    };
    await site.update(0);
    await site.until("the device has its new root", () => isAnswered);
    site.roam();
    await site.confirmed(2);
    site.gate = OPEN;
    site.service.start();
    await site.until("the update is proven", async () => {
      const [{ generation }] = await recordsOf(site);
      return generation === 1;
    });
    await site.confirmed(1);
    agree(site, await recordsOf(site));
  } finally {
    await site.close();
  }
});
