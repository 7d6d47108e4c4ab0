/*
 * The device's primitives, as the station's own sources have them, for tests from outside. Messages and results stand
 * where the station keeps them; `ADDRESSES` says where.
 */
import { ccm } from "../../assembly/crypto/ccm";
import { cmac } from "../../assembly/crypto/cmac";
import { finish, hmac, prepare } from "../../assembly/crypto/hash";
import { derive } from "../../assembly/crypto/kdf";
import { compress, INITIAL } from "../../assembly/crypto/sha256";
import { encrypt } from "../../assembly/crypto/aes";
import { crc16, crc32 } from "../../assembly/frame/crc";
import { BLOCKS, DIGEST, ENTRY, LANES, MESSAGE, RX, TAG, TK } from "../../assembly/layout";

export { ccm, cmac, compress, crc16, crc32, derive, encrypt, finish, hmac, prepare };

export const initial: usize = INITIAL;
export const blocks: usize = BLOCKS;
export const digest: usize = DIGEST;
/** Room for a pair of midstates. */
export const midstates: usize = ENTRY;
export const lanes: usize = LANES;
export const message: usize = MESSAGE;
/** Room for octets that nothing else uses while a primitive runs. */
export const spare: usize = RX;
export const key: usize = TK;
