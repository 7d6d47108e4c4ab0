/*
 * Others that do the same cryptography, as WebAssembly. Cited: measured once on a bench of their own, not here.
 *
 * clang 14 --target=wasm32 -Oz or -O3 -flto, --gc-sections --strip-all, wasm-opt at the same level, no SIMD; instructions
 * counted as here. They are crypto only: no frames, checks, NVM, health test, wiping, CMAC or root update.
 */

export interface Peer {
  readonly name: string;
  readonly source: string;
  /** Equal traces of branches and addresses over 24 random keys and payloads; the T-table and S-box ciphers have not. */
  readonly isConstantTime: boolean;
  readonly octets: number;
  /**
   * The parts of an M2 of the compact profile with CCM and a reading of 16 octets, added up: 7 SHA-256 blocks (root kept as
   * midstates), 3 (PMK cached as midstates), each with the key schedule and CCM. Null: this sum was not made.
   */
  readonly m2Cold: number | null;
  readonly m2Warm: number | null;
  readonly sha256Block: number;
  /** Null: it is made anew inside of each frame's CCM. */
  readonly keySchedule: number | null;
  /** 16 octets with an AAD of 22. */
  readonly ccm16: number;
}

const FIXSLICE = "aadomn/aes 368cb10, BearSSL 0.6";
const BEARSSL = "BearSSL 0.6";
/** Written to find the limits of C, and thrown away. */
const THROW_AWAY = "throw-away C, aadomn/aes 368cb10";

export const PEERS: readonly Peer[] = [
  {
    name: "tinycrypt, -Oz",
    source: "intel/tinycrypt cf24c90",
    isConstantTime: false,
    octets: 5_782,
    m2Cold: null,
    m2Warm: null,
    sha256Block: 12_018,
    keySchedule: 1_822,
    ccm16: 81_746,
  },
  {
    name: "hostap, -O3",
    source: "hostap 76d4a9171",
    isConstantTime: false,
    octets: 10_576,
    m2Cold: 80_900,
    m2Warm: 43_300,
    sha256Block: 9_564,
    keySchedule: null,
    ccm16: 14_947,
  },
  {
    name: "BearSSL ct, -Oz",
    source: BEARSSL,
    isConstantTime: true,
    octets: 11_061,
    m2Cold: 141_000,
    m2Warm: 107_000,
    sha256Block: 8_818,
    keySchedule: 16_125,
    ccm16: 65_100,
  },
  {
    name: "fixslice, -Oz",
    source: FIXSLICE,
    isConstantTime: true,
    octets: 9_019,
    m2Cold: 110_000,
    m2Warm: 75_500,
    sha256Block: 8_818,
    keySchedule: 13_469,
    ccm16: 36_124,
  },
  {
    name: "fixslice, -O3",
    source: FIXSLICE,
    isConstantTime: true,
    octets: 15_875,
    m2Cold: 97_800,
    m2Warm: 65_000,
    sha256Block: 8_492,
    keySchedule: 11_065,
    ccm16: 29_021,
  },
  {
    name: "smallest constant-time C, -Oz",
    source: THROW_AWAY,
    isConstantTime: true,
    octets: 7_878,
    m2Cold: null,
    m2Warm: null,
    sha256Block: 12_598,
    keySchedule: 12_962,
    ccm16: 39_596,
  },
  {
    name: "quickest constant-time C, -O3",
    source: THROW_AWAY,
    isConstantTime: true,
    octets: 17_950,
    m2Cold: 89_300,
    m2Warm: 62_500,
    sha256Block: 8_990,
    keySchedule: 11_065,
    ccm16: 29_005,
  },
];
