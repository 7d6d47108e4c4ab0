/** UDP, and TCP, of MIS (IANA, 802.21-2008 annex M). */
export const MIS_PORT = 4551;
