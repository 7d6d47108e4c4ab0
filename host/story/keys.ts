/** The keys of a story: what each follows from, who holds it, when it ends; for a page, and for whoever asks what a story shows. */

import type { Scheme } from "../mih/schemes/scheme.ts";
import type { Story } from "./story.ts";

export interface Key {
  readonly name: string;
  readonly from: string;
  readonly heldBy: string;
  readonly until: string;
  /** First 8 octets of its SHA-256, hexadecimal, where the story knows it. */
  readonly print?: string;
  /** This story came so far. */
  readonly isMade: boolean;
}

/** How K of 802.21 comes to be, and who has it, by scheme (docs/HANDOVER.md section 4). */
const K: Readonly<Record<Scheme, { readonly from: string; readonly heldBy: string }>> = {
  xor: { from: "made by the PoS of AP 1, sent in clear under a mask", heldBy: "AP 1, AP 2, the station" },
  "21a": { from: "made by the PoS of AP 1, sent inside associations", heldBy: "AP 1, AP 2, the station" },
  "21d": {
    from: "made by the group manager, wrapped under a key of the station's root",
    heldBy: "the group manager, AP 2, the station; AP 1 can open it, as it has the MSK",
  },
};

export function keysOf({ scheme, rungs, rootPrint, lived }: Story): Key[] {
  const isIn = (way: string, name: string): boolean => rungs.some((rung) => rung.way === way && rung.name === name);
  const isRooted = rootPrint !== undefined;
  const isHanded = lived?.prepared_s != null;
  return [
    {
      name: "TLS master secrets",
      from: "ECDHE, under the network's certificate",
      heldBy: "each access point and the PAA",
      until: "the access point leaves",
      isMade: isIn("SeNAA", "CLR"),
    },
    {
      name: "LSA of each access point",
      from: "TLS exporter and MSK of the access point's own EAP-PSK",
      heldBy: "each access point and the PAA",
      until: "the access point leaves",
      isMade: isIn("SeNAA", "CLR"),
    },
    {
      name: "MSK of the station",
      from: "its key of EAP-PSK, RAND_S and RAND_P",
      heldBy: "the station, the network, AP 1 (RFC 4072)",
      until: "the PMKSA ends",
      isMade: isIn("802.11", "EAP-Success"),
    },
    {
      name: "PMK and PTK of 802.11",
      from: "MSK[0..31], ANonce and SNonce of the 4-way handshake",
      heldBy: "the station and AP 1",
      until: "the association ends",
      isMade: isIn("802.11", "M4"),
    },
    {
      name: "root, generation 0",
      from: "MSK[0..31], taken over by ADOPT",
      heldBy: "the station's NVM and the key service (AP 1 has seen the MSK)",
      until: "the next root is proven",
      print: rootPrint,
      isMade: isRooted,
    },
    {
      name: "AMP PMK of AP 1",
      from: "the root, AP 1's AA and Modifier",
      heldBy: "AP 1; the station derives it on hearing AP 1",
      until: "AP 1 has another Modifier, or the root another generation",
      isMade: isRooted,
    },
    {
      name: "K of 802.21",
      from: K[scheme].from,
      heldBy: K[scheme].heldBy,
      until: "its lifetime ends",
      isMade: isHanded,
    },
    {
      name: "handover PMK of AP 2",
      from: "K, AP 2's AA and the SPA",
      heldBy: "AP 2 and the station's NVM",
      until: "the root changes, or the next handover",
      isMade: isHanded,
    },
    {
      name: "KCK and TK of a session",
      from: "a PMK, ANonce of M1 and SNonce of M2",
      heldBy: "an access point and the station's RAM",
      until: "the session, or the station's life, is over",
      isMade: isIn("AMP", "M2"),
    },
  ];
}
