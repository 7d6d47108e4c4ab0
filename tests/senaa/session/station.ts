/** A station behind an AP, as the AP's RSN side sees it: packet by packet, until its EAP is over. */

import assert from "node:assert/strict";
import { systemClock } from "../../../host/datagrams/link.ts";
import type { EapStep } from "../../../host/eap/backend.ts";
import { EAP_CODE, EAP_TYPE, emitEap } from "../../../host/eap/packet.ts";
import { CarriedEap } from "../../../host/senaa/pac/behind.ts";
import type { Pac } from "../../../host/senaa/pac/pac.ts";
import { pskPeer } from "./bed.ts";

export const SPA = Uint8Array.of(2, 0xc0, 0xff, 0xee, 0, 1);
export const STATION = "sta-1@plant.example";
export const STATION_PSK = new Uint8Array(16).fill(0x77);

interface Station {
  readonly spa: Uint8Array;
  readonly psk: Uint8Array;
  readonly name: string;
}

/** With that key: how it ends, and the key that each has then. */
export async function authenticated(pac: Pac, { spa = SPA, psk = STATION_PSK, name = STATION }: Partial<Station> = {}) {
  let heard: (step: EapStep) => void = () => {};
  const carried = new CarriedEap({ pac, clock: systemClock, onStep: (_, step) => heard(step) });
  const conversation = carried.begin(spa);
  const peer = pskPeer(psk, name);
  const data = new TextEncoder().encode(name);
  let response = emitEap({ code: EAP_CODE.response, identifier: 1, type: EAP_TYPE.identity, data });
  for (;;) {
    const later = new Promise<EapStep>((resolve) => {
      heard = resolve;
    });
    const step = conversation.receive(response) ?? (await later);
    const answer = await peer.receive(step.packet);
    if (step.result !== "continue") {
      const own = "ended" in answer && answer.ended === "success" ? answer.result.msk : undefined;
      return { result: step.result, own, theirs: step.msk };
    }
    assert.ok("response" in answer, "the station answers");
    response = answer.response;
  }
}
