/** Who has which key before anybody moves. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtModule } from "../../host/build/build.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { certified } from "../../host/senaa/site/certify.node.ts";
import { streamsOf } from "../../host/sim/streams.ts";
import { commissioned } from "../../host/story/commissioning.ts";
import { AP_LANES, NETWORK_NAME, Plant } from "../../host/story/plant.ts";
import { SPA } from "../../host/story/story.ts";
import { Teller } from "../../host/story/telling.ts";
import { skipWithoutPrograms } from "../peers/programs.ts";

const PSK = new Uint8Array(16).fill(0x5c);

test("until 802.21 brings it, the next access point has no key of a station that the first one reads", {
  skip: skipWithoutPrograms("openssl"),
}, async () => {
  const [streams, teller] = [streamsOf(nodeCrypto, 1), new Teller()];
  const plant = new Plant({ streams, teller, certificates: certified(NETWORK_NAME), spa: SPA, stationPsk: PSK });
  try {
    for (const lane of AP_LANES) assert.notEqual(typeof (await plant.pacs[lane].enter()), "string", lane);
    const { record } = await commissioned({
      plant,
      teller,
      streams,
      module: await builtModule("rsn"),
      spa: SPA,
      psk: PSK,
    });
    assert.ok(record, "the station has a root");
    assert.deepEqual([...AP_LANES], ["AP 1", "AP 2"]);
    const known = AP_LANES.map((lane) => [plant.isServed(lane), plant.tables[lane].device(SPA) !== undefined]);
    assert.deepEqual(known, [
      [true, true],
      [true, false],
    ]);
  } finally {
    plant.close();
  }
});
