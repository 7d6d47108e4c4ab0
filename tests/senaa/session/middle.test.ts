/** 004-D14: a man in the middle who carries a PaC's EAP from his own tunnel into another. */

import assert from "node:assert/strict";
import test from "node:test";
import { systemClock } from "../../../host/datagrams/link.ts";
import type { EapStep } from "../../../host/eap/backend.ts";
import { parseEap } from "../../../host/eap/packet.ts";
import type { EapPeer } from "../../../host/eap/peer.ts";
import { EapPskServer } from "../../../host/eap/pskserver.ts";
import { nodeRsnCrypto as crypto } from "../../../host/rsn/keys/crypto.node.ts";
import { type Authenticator, directly } from "../../../host/senaa/paa/authenticator.ts";
import { Paa } from "../../../host/senaa/paa/paa.ts";
import { inBed, PSK, QUICK, STRANGE, USER } from "./bed.ts";

const EVIL_AT = "10.0.0.66:7161";

/** EAP packets from one end of the man to the other, each as it comes. */
class Passage {
  #deliver: ((packet: Uint8Array) => void) | undefined;
  readonly #waiting: Uint8Array[] = [];

  put(packet: Uint8Array): void {
    if (this.#deliver) this.#deliver(packet);
    else this.#waiting.push(packet);
    this.#deliver = undefined;
  }

  take(): Promise<Uint8Array> {
    const next = this.#waiting.shift();
    if (next) return Promise.resolve(next);
    return new Promise((resolve) => {
      this.#deliver = resolve;
    });
  }
}

for (const [what, guess] of [
  ["who shows no key", undefined],
  ["who shows a key that he made up", new Uint8Array(64).fill(1)],
] as const) {
  test(`004-D14: EAP that was made in another tunnel lets nobody in, ${what}, though the EAP itself succeeds`, async () => {
    const outcomes: string[] = [];
    const server = new EapPskServer({
      crypto,
      idS: new TextEncoder().encode("paa.plant.example"),
      keyOf: () => PSK,
      onOutcome: (outcome) => outcomes.push(outcome),
    });
    await inBed(
      async (bed) => {
        const [requests, responses] = [new Passage(), new Passage()];
        // To the victim he is a network, of an authority that it believes; the EAP server's words he has from the true one.
        const carrying: Authenticator = {
          begin: () => ({
            async next(response): Promise<EapStep> {
              const packet = parseEap(response);
              if (typeof packet !== "string" && packet.code === 2 && packet.type !== 1) responses.put(response);
              return { result: "continue", packet: await requests.take() };
            },
            close() {},
          }),
        };
        const evil = new Paa({
          link: bed.network.link(EVIL_AT),
          clock: systemClock,
          crypto,
          tls: { ca: STRANGE.ca, certificate: STRANGE.server, key: STRANGE.serverKey },
          authenticator: carrying,
          enforcement: { admit: () => true, remove: () => {} },
          identity: "evil.example",
          timing: QUICK,
        });
        // To the true network he is the victim, and the victim's own EAP peer answers for him.
        const carried = {
          result: guess && { msk: guess.slice(), emsk: guess.slice() },
          async receive(packet: Uint8Array) {
            requests.put(packet);
            const read = parseEap(packet);
            const isRequest = typeof read !== "string" && read.code === 1;
            return isRequest ? { response: await responses.take() } : { ended: "success" };
          },
          close() {},
        } as unknown as EapPeer;
        const victim = bed.pac(2, { paa: EVIL_AT, tls: { ca: STRANGE.ca }, timing: { ...QUICK, mrc: 4 } });
        const man = bed.pac(66, { eap: () => carried, timing: { ...QUICK, mrc: 40 } });
        const deceived = victim.enter();
        assert.match(String(await man.enter()), /refused with 4001: EAP was not made for this TLS/);
        assert.deepEqual(
          outcomes,
          ["success"],
          "to the EAP server all was well: nothing but the binding has stopped him",
        );
        assert.deepEqual(bed.admitted, [], "nobody is in");
        assert.equal(typeof (await deceived), "string", "the victim is not in either");
        evil.close();
      },
      { authenticator: directly(server) },
    );
  });
}

test("004-D14: a network that has not the key that EAP made is not believed, though it says that all is well", async () => {
  const server = new EapPskServer({ crypto, idS: new Uint8Array(), keyOf: () => PSK });
  const wrong: Authenticator = {
    begin(device) {
      const conversation = directly(server).begin(device);
      return {
        async next(response) {
          const step = await conversation.next(response);
          // It has carried the EAP, and does not have what came of it.
          return step.msk ? { ...step, msk: new Uint8Array(64).fill(9) } : step;
        },
        close() {},
      };
    },
  };
  await inBed(
    async (bed) => {
      const refused = String(await bed.pac(2).enter());
      assert.match(refused, /refused with 4001|does not have the key that EAP made/);
      assert.deepEqual(bed.admitted, [], `${USER} is not in`);
    },
    { authenticator: wrong },
  );
});
