/*
 * The memory map: every octet that the module ever touches, drawn once. No heap, and no stack in memory.
 *
 *   address octets  what                                                          lives
 *   ┌──────┬─────┬─────────────────────────────────────────────────────────────┬───────────────────────────┐
 *   │   16 │  32 │ LANES       two AES blocks                            ┐      │ within one call           │
 *   │   48 │ 352 │ ROUND_KEYS  11 x 8 bit planes                         │      │  "                        │
 *   │  400 │  16 │ SUBKEY      K1 or K2 of CMAC                          │      │  "                        │
 *   │  416 │ 144 │ BLOCKS      what CCM and CMAC work on                 │      │  "                        │
 *   │      │     │ while hashing, over the same octets:                  │      │                           │
 *   │   16 │ 288 │ SCHEDULE    W[0..63] and a to h, small build only     SCRATCH│  "                        │
 *   │  304 │ 128 │ MESSAGE     one or two SHA-256 blocks                 │      │  "                        │
 *   │  432 │  32 │ DIGEST      chaining value, eight words               │      │  "                        │
 *   │  464 │  72 │ SLOT        root slot as read from NVM                ┘      │  "                        │
 *   │  560 │   8 │ SPA(6) ‖ ID(2), from the head of the NVM record              │ power cycle               │
 *   │  568 │  32 │ PTK = KCK(16) ‖ TK(16)                                       │ states 2 and 3            │
 *   │  600 │  32 │ ENTROPY     the noise of this power cycle                    │ power cycle               │
 *   │  632 │  56 │ READING     the payload to send                              │ power cycle               │
 *   │  688 │  72 │ TRIGGER     the session's M1, FC to last body octet          │ states 2 and 3            │
 *   │  760 │  56 │ RECEIVED    the last authenticated DL payload                │ state 3                   │
 *   │  816 │  96 │ ENTRY       PMK cache image that waits for M3                │ state 2 after a miss      │
 *   │  912 │  72 │ RX          downlink frame, written by the host              │ host's                    │
 *   │  984 │  72 │ TX          uplink frame; keeps M2                           │ kept in state 2           │
 *   │ 1056 │  64 │ PAYLOAD     readings in, DL payloads out                     │ host's                    │
 *   ├──────┼─────┼─────────────────────────────────────────────────────────────┼───────────────────────────┤
 *   │ 1120 │ 288 │ K and H(0) of SHA-256                                        │ constant                  │
 *   └──────┴─────┴─────────────────────────────────────────────────────────────┴───────────────────────────┘
 *
 * The NVM record (PROTOCOL.md 7), 268 octets:
 *
 *      0      4 5 6        12   14   16       24       32               104              176                  268
 *   ┌──────┬─┬─┬──────────┬────┬────┬────────┬────────┬────────────────┬────────────────┬──────────────────────┐
 *   │ AMP1 │1│0│   SPA    │ ID │CRC │ cell 0 │ cell 1 │  root slot A   │  root slot B   │      PMK cache       │
 *   └──────┴─┴─┴──────────┴────┴────┴────────┴────────┴────────────────┴────────────────┴──────────────────────┘
 *   cell   value(4, BE) ‖ complement(4, BE)
 *   slot   generation(1) ‖ 0(3) ‖ inner(32) ‖ outer(32) ‖ CRC-32(4, LE)
 *   cache  generation(1) ‖ 0(1) ‖ AA(6) ‖ Modifier(8) ‖ 0(8) ‖ inner(32) ‖ outer(32) ‖ CRC-32(4, LE)
 *
 * That of a roaming station (PROTOCOL.md 9) has 92 octets more, up to 360: a handover entry, in the form of the cache.
 */

const RAM: usize = memory.data(1104, 16);
export const RAM_SIZE: usize = 1104;

export const SCRATCH: usize = RAM;
export const SCRATCH_SIZE: usize = 544;
export const LANES: usize = RAM;
export const LANE_1: usize = RAM + 16;
export const ROUND_KEYS: usize = RAM + 32;
export const SUBKEY: usize = RAM + 384;
export const BLOCKS: usize = RAM + 400;
export const SCHEDULE: usize = RAM;
export const MESSAGE: usize = RAM + 288;
export const DIGEST: usize = RAM + 416;
export const SLOT: usize = RAM + 448;

export const SPA: usize = RAM + 544;
export const ID: usize = RAM + 550;
export const KCK: usize = RAM + 552;
export const TK: usize = RAM + 568;
export const ENTROPY: usize = RAM + 584;
export const READING: usize = RAM + 616;
export const TRIGGER: usize = RAM + 672;
export const RECEIVED: usize = RAM + 744;
export const ENTRY: usize = RAM + 800;
export const RX: usize = RAM + 896;
export const TX: usize = RAM + 968;
export const PAYLOAD: usize = RAM + 1040;

/** Offsets in the NVM record. */
export const NVM_CELL: i32 = 16;
export const NVM_SLOT_A: i32 = 32;
export const NVM_SLOT_B: i32 = 104;
export const NVM_CACHE: i32 = 176;
/** Roaming build only: behind the record of the others. */
export const NVM_HANDOVER: i32 = 268;

/** Octets before the check field of a cell, a slot and the cache; offsets within them. */
export const CELL_BODY: i32 = 4;
export const SLOT_BODY: i32 = 68;
export const SLOT_MIDSTATES: usize = 4;
export const CACHE_BODY: i32 = 88;
export const CACHE_AA: usize = 2;
export const CACHE_MODIFIER: usize = 8;
export const CACHE_MIDSTATES: usize = 24;
