/*
 * The memory map of the RSN station: every octet that the module ever touches, drawn once. No heap, no stack in memory.
 *
 *   address octets  what                                                            lives
 *   ┌──────┬─────┬───────────────────────────────────────────────────────────────┬──────────────────────────┐
 *   │   16 │  32 │ LANES       two AES blocks                             ┐        │ within one call          │
 *   │   48 │ 352 │ ROUND_KEYS  11 x 8 bit planes                          │        │  "                       │
 *   │  400 │  16 │ SUBKEY      K1 or K2 of CMAC                           │        │  "                       │
 *   │   16 │ 320 │ SCHEDULE    while hashing with SHA-1: W[0..79]         │        │  "                       │
 *   │  416 │ 160 │ MESSAGE     what is hashed, or what CMAC takes        SCRATCH   │  "                       │
 *   │  576 │  32 │ DIGEST      chaining value, eight words                │        │  "                       │
 *   │  608 │  64 │ MIDSTATES   of the HMAC at hand                        │        │  "                       │
 *   │  672 │ 112 │ MATERIAL    keys and MICs of the call at hand          ┘        │  "                       │
 *   │  784 │  16 │ BLOCKS      B0 of CCM; its AAD and payload follow, over RX      │  "                       │
 *   │  800 │ 528 │ RX          MPDU, written by the host; 16 octets to pad it      │ host's; wiped after use  │
 *   │ 1328 │ 320 │ TX          MPDU to send                                        │ host's                   │
 *   │ 1648 │ 112 │ PAYLOAD     MSDUs out and in                                    │ host's                   │
 *   │ 1760 │   8 │ SPA(6) ‖ 0                                                      │ power cycle              │
 *   │ 1768 │  32 │ SSID                                                            │  "                       │
 *   │ 1800 │  32 │ ENTROPY     the noise of this power cycle                       │  "                       │
 *   │ 1832 │   8 │ AA(6) ‖ 0   the BSS                                             │ state 2 on               │
 *   │ 1840 │  64 │ BSS_RSNE    its RSNE, octet for octet                           │  "                       │
 *   │ 1904 │  40 │ OWN_RSNE    the one of the Association Request       ┐          │ state 4 on               │
 *   │ 1944 │  32 │ A_NONCE                                              │          │ state 6 on               │
 *   │ 1976 │  32 │ S_NONCE                                              │          │  "                       │
 *   │ 2008 │  48 │ PTK = KCK(16) ‖ KEK(16) ‖ the TK to install(16)    SESSION      │  "; its TK until M3      │
 *   │ 2056 │  16 │ TK          installed                                │          │ state 7 on               │
 *   │ 2072 │  72 │ GROUP_KEYS  key ID 1 to 3: GTK(16) ‖ PN(8)           │          │  "                       │
 *   │ 2144 │  32 │ PMK         of this association's EAP                │          │ state 5 to M3            │
 *   │ 2176 │  32 │ RAND_S(16) ‖ RAND_P(16)                              │          │  "                       │
 *   │ 2208 │  64 │ ID_S                                                 │          │  "                       │
 *   │ 2272 │ 112 │ RECEIVED    the MSDU of the last frame taken         ┘          │ state 8                  │
 *   ├──────┼─────┼───────────────────────────────────────────────────────────────┼──────────────────────────┤
 *   │ 2384 │ 288 │ K and H(0) of SHA-256                                           │ constant                 │
 *   └──────┴─────┴───────────────────────────────────────────────────────────────┴──────────────────────────┘
 *
 * The NVM record (RSN.md 5), 192 octets:
 *
 *      0      4 5   6        12  13  14   16            48       56       64            96            128             192
 *   ┌──────┬─┬───┬──────────┬───┬───┬────┬─────────────┬────────┬────────┬─────────────┬─────────────┬────────────────┐
 *   │ RSN1 │1│AKM│   SPA    │len│len│CRC │    SSID     │ cell 0 │ cell 1 │     key     │  identity   │     PMKSA      │
 *   └──────┴─┴───┴──────────┴───┴───┴────┴─────────────┴────────┴────────┴─────────────┴─────────────┴────────────────┘
 *   cell   value(4, BE) ‖ complement(4, BE)
 *   PMKSA  AA(6) ‖ AKM(1) ‖ 0(1) ‖ PMK(32) ‖ PMKID(16) ‖ 0(4) ‖ CRC-32(4, LE)
 */

const RAM: usize = memory.data(2368, 16);
export const RAM_SIZE: usize = 2368;

export const SCRATCH: usize = RAM;
export const SCRATCH_SIZE: usize = 768;
/** SCRATCH and what of a frame was deciphered in place: all that a call may leave behind. */
export const SCRATCH_AND_RX_SIZE: usize = 1312;
export const LANES: usize = RAM;
export const LANE_1: usize = RAM + 16;
export const ROUND_KEYS: usize = RAM + 32;
export const SUBKEY: usize = RAM + 384;
export const SCHEDULE: usize = RAM;
export const MESSAGE: usize = RAM + 400;
export const DIGEST: usize = RAM + 560;
export const MIDSTATES: usize = RAM + 592;
export const MATERIAL: usize = RAM + 656;
export const BLOCKS: usize = RAM + 768;
export const RX: usize = RAM + 784;
export const TX: usize = RAM + 1312;
export const PAYLOAD: usize = RAM + 1632;

export const SPA: usize = RAM + 1744;
export const SSID: usize = RAM + 1752;
export const ENTROPY: usize = RAM + 1784;
export const AA: usize = RAM + 1816;
export const BSS_RSNE: usize = RAM + 1824;

export const SESSION: usize = RAM + 1888;
export const SESSION_SIZE: usize = 480;
export const OWN_RSNE: usize = RAM + 1888;
export const A_NONCE: usize = RAM + 1928;
export const S_NONCE: usize = RAM + 1960;
export const KCK: usize = RAM + 1992;
export const KEK: usize = RAM + 2008;
export const NEXT_TK: usize = RAM + 2024;
export const TK: usize = RAM + 2040;
export const GROUP_KEYS: usize = RAM + 2056;
export const PMK: usize = RAM + 2128;
/** PMK to ID_S: what EAP leaves, all of it wiped when M3 has come. */
export const EAP_SIZE: usize = 128;
export const RAND_S: usize = RAM + 2160;
export const RAND_P: usize = RAM + 2176;
export const ID_S: usize = RAM + 2192;
export const RECEIVED: usize = RAM + 2256;

/** Octets of the buffers, as the host knows them. */
export const RX_SIZE: i32 = 512;
export const PAYLOAD_SIZE: i32 = 112;
/** Octets that there is room for at BSS_RSNE and at ID_S. */
export const BSS_RSNE_SIZE: i32 = 64;
export const ID_S_SIZE: i32 = 64;

/** Offsets in the NVM record. */
export const NVM_SSID: i32 = 16;
export const NVM_CELL: i32 = 48;
export const NVM_KEY: i32 = 64;
export const NVM_IDENTITY: i32 = 96;
export const NVM_PMKSA: i32 = 128;

/** Octets before the check field of a cell and of the PMKSA; the image of the PMKSA, and offsets within it. */
export const CELL_BODY: i32 = 4;
export const PMKSA_BODY: i32 = 60;
export const SLOT: usize = MATERIAL;
export const PMKSA_AKM: usize = 6;
export const PMKSA_PMK: usize = 8;
export const PMKSA_PMKID: usize = 40;
