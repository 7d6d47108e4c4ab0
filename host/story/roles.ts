/** The roles of 802.21 in a story: where each is, and its datagrams as they are told. */

import { AMP_ID, type AmpName } from "../mih/amp/site.ts";
import { MIS_PORT } from "../mih/transport/port.ts";
import { mihNamed } from "./names.ts";
import { HOST } from "./plant.ts";
import type { Lane, Teller } from "./telling.ts";

/** The station's is its agent at AP 1 (docs/HANDOVER.md section 6). */
const ROLES: Readonly<Record<AmpName, { readonly lane: Exclude<Lane, "station">; readonly port: number }>> = {
  mn: { lane: "AP 1", port: MIS_PORT + 1 },
  sp: { lane: "AP 1", port: MIS_PORT },
  tp: { lane: "AP 2", port: MIS_PORT },
  gm: { lane: "network", port: MIS_PORT },
};

/** A datagram between two of them, `now_s` by the clock that the story has. */
export function tellsDatagram(teller: Teller, now_s: number, from: string, to: string, octets: Uint8Array): void {
  const roleOf = (id: string) => (Object.keys(ROLES) as AmpName[]).find((name) => AMP_ID[name] === id) ?? "gm";
  const [sender, receiver] = [roleOf(from), roleOf(to)];
  const at = (name: AmpName): string => `${HOST[ROLES[name].lane]}:${ROLES[name].port}`;
  teller.clock(now_s);
  teller.message({
    way: "802.21",
    from: ROLES[sender].lane,
    to: ROLES[receiver].lane,
    ...mihNamed(octets),
    octets: octets.slice(),
    ends: { from: at(sender), to: at(receiver) },
  });
}
