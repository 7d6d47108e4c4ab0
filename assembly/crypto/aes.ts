/*
 * AES-128 (FIPS 197), bitsliced: two blocks at once, in eight 32-bit planes. No table is indexed by
 * data, so time and addresses are the same for every key and block.
 *
 * LANES holds lane 0, then lane 1, 16 octets each. In plane k (bit k of every octet of both blocks) octet r is row r:
 *
 *        octet 3 (row 3)           octet 2 (row 2)           octet 1 (row 1)           octet 0 (row 0)
 *   c3 c2 c1 c0 c3 c2 c1 c0   c3 c2 c1 c0 c3 c2 c1 c0   c3 c2 c1 c0 c3 c2 c1 c0   c3 c2 c1 c0 c3 c2 c1 c0
 *     lane 1      lane 0
 *
 * So ShiftRows stays within octets, MixColumns turns whole words, and transposition is its own inverse.
 *
 * Forward and inverse cipher are one source, told apart by the sign of the type `Way`. With A the affine map of the S-box,
 * S(x) = A(1/x), so InvS(y) = 1/A'(y) = A'(S(A'(y))), A' the inverse of A: the inverse goes through the gates of S, too.
 */
import { SMALL } from "../build";
import { LANES, ROUND_KEYS } from "../layout";
import { addFirstKey, finishRound, LANE_0, Plane, transpose } from "./planes";

/**
 * Enciphers both lanes of LANES in place; encrypt<i32>(false) deciphers them (fast build only).
 *
 * With `schedule` lane 1 holds the key on entry: its schedule rides along in lane 1, round by round, through the S-box
 * that lane 0 uses anyway; ROUND_KEYS keeps it for later calls, and lane 1 leaves without meaning. Without it both lanes
 * are enciphered under ROUND_KEYS.
 */
export function encrypt<Way = u32>(schedule: bool): void {
  let rcon: u32 = 1;
  let r: usize = isSigned<Way>() ? 320 : 0;
  let t: u32;
  let q0: u32 = 0;
  let q1: u32 = 0;
  let q2: u32 = 0;
  let q3: u32 = 0;
  let q4: u32 = 0;
  let q5: u32 = 0;
  let q6: u32 = 0;
  let q7: u32 = 0;
  if (SMALL) {
    transpose();
    addFirstKey(schedule);
  } else {
    q0 = load<u32>(LANES);
    q1 = load<u32>(LANES + 4);
    q2 = load<u32>(LANES + 8);
    q3 = load<u32>(LANES + 12);
    q4 = load<u32>(LANES + 16);
    q5 = load<u32>(LANES + 20);
    q6 = load<u32>(LANES + 24);
    q7 = load<u32>(LANES + 28);
  }

  // Once in the small build; in the other the transposition in front comes back, and leaves.
  while (!SMALL || !r) {
    if (!SMALL) {
      // Transposition, at the top of a loop that comes back once: into planes first, out of them at the end. Bits, pairs
      // and nibbles of neighbours change places.
      t = ((q0 >>> 1) ^ q1) & 0x55555555;
      q1 ^= t;
      q0 ^= t << 1;
      t = ((q2 >>> 1) ^ q3) & 0x55555555;
      q3 ^= t;
      q2 ^= t << 1;
      t = ((q4 >>> 1) ^ q5) & 0x55555555;
      q5 ^= t;
      q4 ^= t << 1;
      t = ((q6 >>> 1) ^ q7) & 0x55555555;
      q7 ^= t;
      q6 ^= t << 1;
      t = ((q0 >>> 2) ^ q2) & 0x33333333;
      q2 ^= t;
      q0 ^= t << 2;
      t = ((q1 >>> 2) ^ q3) & 0x33333333;
      q3 ^= t;
      q1 ^= t << 2;
      t = ((q4 >>> 2) ^ q6) & 0x33333333;
      q6 ^= t;
      q4 ^= t << 2;
      t = ((q5 >>> 2) ^ q7) & 0x33333333;
      q7 ^= t;
      q5 ^= t << 2;
      t = ((q0 >>> 4) ^ q4) & 0x0f0f0f0f;
      q4 ^= t;
      q0 ^= t << 4;
      t = ((q1 >>> 4) ^ q5) & 0x0f0f0f0f;
      q5 ^= t;
      q1 ^= t << 4;
      t = ((q2 >>> 4) ^ q6) & 0x0f0f0f0f;
      q6 ^= t;
      q2 ^= t << 4;
      t = ((q3 >>> 4) ^ q7) & 0x0f0f0f0f;
      q7 ^= t;
      q3 ^= t << 4;
      if (isSigned<Way>() ? !r : r) break;
      if (schedule) {
        // The key in lane 1 is round key 0; lane 1 itself is cleared, as AddRoundKey puts the key back there.
        t = q0 & ~LANE_0;
        store<u32>(ROUND_KEYS, t | (t >>> 4));
        q0 &= LANE_0;
        t = q1 & ~LANE_0;
        store<u32>(ROUND_KEYS + 4, t | (t >>> 4));
        q1 &= LANE_0;
        t = q2 & ~LANE_0;
        store<u32>(ROUND_KEYS + 8, t | (t >>> 4));
        q2 &= LANE_0;
        t = q3 & ~LANE_0;
        store<u32>(ROUND_KEYS + 12, t | (t >>> 4));
        q3 &= LANE_0;
        t = q4 & ~LANE_0;
        store<u32>(ROUND_KEYS + 16, t | (t >>> 4));
        q4 &= LANE_0;
        t = q5 & ~LANE_0;
        store<u32>(ROUND_KEYS + 20, t | (t >>> 4));
        q5 &= LANE_0;
        t = q6 & ~LANE_0;
        store<u32>(ROUND_KEYS + 24, t | (t >>> 4));
        q6 &= LANE_0;
        t = q7 & ~LANE_0;
        store<u32>(ROUND_KEYS + 28, t | (t >>> 4));
        q7 &= LANE_0;
      }
    }
    for (;;) {
      if (!SMALL && (!isSigned<Way>() || !r || r == 320)) {
        q0 ^= load<u32>(r, ROUND_KEYS);
        q1 ^= load<u32>(r, ROUND_KEYS + 4);
        q2 ^= load<u32>(r, ROUND_KEYS + 8);
        q3 ^= load<u32>(r, ROUND_KEYS + 12);
        q4 ^= load<u32>(r, ROUND_KEYS + 16);
        q5 ^= load<u32>(r, ROUND_KEYS + 20);
        q6 ^= load<u32>(r, ROUND_KEYS + 24);
        q7 ^= load<u32>(r, ROUND_KEYS + 28);
      }
      if (r == (isSigned<Way>() ? 0 : 320)) break;
      r += isSigned<Way>() ? -32 : 32;
      if (SMALL) {
        q0 = load<u32>(LANES);
        q1 = load<u32>(LANES + 4);
        q2 = load<u32>(LANES + 8);
        q3 = load<u32>(LANES + 12);
        q4 = load<u32>(LANES + 16);
        q5 = load<u32>(LANES + 20);
        q6 = load<u32>(LANES + 24);
        q7 = load<u32>(LANES + 28);
      }
      if (isSigned<Way>()) {
        // A'(y): bit i is y[i+2] ^ y[i+5] ^ y[i+7] ^ bit i of 0x05.
        const a0 = ~(q2 ^ q5 ^ q7);
        const a1 = q3 ^ q6 ^ q0;
        const a2 = ~(q4 ^ q7 ^ q1);
        const a3 = q5 ^ q0 ^ q2;
        const a4 = q6 ^ q1 ^ q3;
        const a5 = q7 ^ q2 ^ q4;
        const a6 = q0 ^ q3 ^ q5;
        const a7 = q1 ^ q4 ^ q6;
        q0 = a0;
        q1 = a1;
        q2 = a2;
        q3 = a3;
        q4 = a4;
        q5 = a5;
        q6 = a6;
        q7 = a7;
      }

      // SubBytes: 113 gates, of Boyar, Peralta and Calik (Circuit Minimization Team, Yale: SLP_AES_113).
      const y14 = q4 ^ q2;
      const y13 = q7 ^ q1;
      const y12 = y13 ^ y14;
      const t1 = q3 ^ y12;
      const y15 = t1 ^ q2;
      const t2 = y12 & y15;
      const y6 = y15 ^ q0;
      const y20 = t1 ^ q6;
      const y9 = q7 ^ q4;
      const y11 = y20 ^ y9;
      const t12 = y9 & y11;
      const y7 = q0 ^ y11;
      const y8 = q7 ^ q2;
      const t0 = q6 ^ q5;
      const y10 = y15 ^ t0;
      const y17 = y10 ^ y11;
      const t13 = y14 & y17;
      const t14 = t13 ^ t12;
      const y19 = y10 ^ y8;
      const t15 = y8 & y10;
      const t16 = t15 ^ t12;
      const y16 = t0 ^ y11;
      const y21 = y13 ^ y16;
      const t7 = y13 & y16;
      const y18 = q7 ^ y16;
      const y1 = t0 ^ q0;
      const y4 = y1 ^ q4;
      const t5 = y4 & q0;
      const t6 = t5 ^ t2;
      const t18 = t6 ^ t16;
      const t22 = t18 ^ y19;
      const y2 = y1 ^ q7;
      const t10 = y2 & y7;
      const t11 = t10 ^ t7;
      const t20 = t11 ^ t16;
      const t24 = t20 ^ y18;
      const y5 = y1 ^ q1;
      const t8 = y5 & y1;
      const t9 = t8 ^ t7;
      const t19 = t9 ^ t14;
      const t23 = t19 ^ y21;
      const y3 = y5 ^ y8;
      const t3 = y3 & y6;
      const t4 = t3 ^ t2;
      const t17 = t4 ^ y20;
      const t21 = t17 ^ t14;
      const t26 = t21 & t23;
      const t27 = t24 ^ t26;
      const t31 = t22 ^ t26;
      const t25 = t21 ^ t22;
      const t28 = t25 & t27;
      const t29 = t28 ^ t22;
      const z14 = t29 & y2;
      const z5 = t29 & y7;
      const t30 = t23 ^ t24;
      const t32 = t31 & t30;
      const t33 = t32 ^ t24;
      const t35 = t27 ^ t33;
      const t36 = t24 & t35;
      const t38 = t27 ^ t36;
      const t39 = t29 & t38;
      const t40 = t25 ^ t39;
      const t43 = t29 ^ t40;
      const z3 = t43 & y16;
      const tc12 = z3 ^ z5;
      const z12 = t43 & y13;
      const z13 = t40 & y5;
      const z4 = t40 & y1;
      const tc6 = z3 ^ z4;
      const t34 = t23 ^ t33;
      const t37 = t36 ^ t34;
      const t41 = t40 ^ t37;
      const z8 = t41 & y10;
      const z17 = t41 & y8;
      const t44 = t33 ^ t37;
      const z0 = t44 & y15;
      const z9 = t44 & y12;
      const z10 = t37 & y3;
      const z1 = t37 & y6;
      const tc5 = z1 ^ z0;
      const tc11 = tc6 ^ tc5;
      const z11 = t33 & y4;
      const t42 = t29 ^ t33;
      const t45 = t42 ^ t41;
      const z7 = t45 & y17;
      const tc8 = z7 ^ tc6;
      const z16 = t45 & y14;
      const z6 = t42 & y11;
      const tc16 = z6 ^ tc8;
      const z15 = t42 & y9;
      const tc20 = z15 ^ tc16;
      const tc1 = z15 ^ z16;
      const tc2 = z10 ^ tc1;
      const tc21 = tc2 ^ z11;
      const tc3 = z9 ^ tc2;
      const s0 = tc3 ^ tc16;
      const s3 = tc3 ^ tc11;
      const s1 = s3 ^ tc16;
      const tc13 = z13 ^ tc1;
      const z2 = t33 & q0;
      const tc4 = z0 ^ z2;
      const tc7 = z12 ^ tc4;
      const tc9 = z8 ^ tc7;
      const tc10 = tc8 ^ tc9;
      const tc17 = z14 ^ tc10;
      const s5 = tc21 ^ tc17;
      const tc26 = tc17 ^ tc20;
      const s2 = tc26 ^ z17;
      const tc14 = tc4 ^ tc12;
      const tc18 = tc13 ^ tc14;
      const s6 = tc10 ^ tc18;
      const s7 = z12 ^ tc18;
      const s4 = tc14 ^ s3;
      // A' of what S gives; the constants of both cancel.
      q0 = isSigned<Way>() ? s5 ^ s2 ^ s0 : ~s7;
      q1 = isSigned<Way>() ? s4 ^ s1 ^ s7 : ~s6;
      q2 = isSigned<Way>() ? s3 ^ s0 ^ s6 : s5;
      q3 = isSigned<Way>() ? s2 ^ s7 ^ s5 : s4;
      q4 = isSigned<Way>() ? s1 ^ s6 ^ s4 : s3;
      q5 = isSigned<Way>() ? s0 ^ s5 ^ s3 : ~s2;
      q6 = isSigned<Way>() ? s7 ^ s4 ^ s2 : ~s1;
      q7 = isSigned<Way>() ? s6 ^ s3 ^ s1 : s0;

      if (SMALL) {
        store<u32>(LANES, q0);
        store<u32>(LANES + 4, q1);
        store<u32>(LANES + 8, q2);
        store<u32>(LANES + 12, q3);
        store<u32>(LANES + 16, q4);
        store<u32>(LANES + 20, q5);
        store<u32>(LANES + 24, q6);
        store<u32>(LANES + 28, q7);
        finishRound(r, schedule, rcon);
      } else {
        if (schedule) {
          store<u32>(r, Plane.nextKey(q0, load<u32>(r, ROUND_KEYS - 32), rcon), ROUND_KEYS);
          q0 &= LANE_0;
          store<u32>(r, Plane.nextKey(q1, load<u32>(r, ROUND_KEYS - 28), rcon >>> 1), ROUND_KEYS + 4);
          q1 &= LANE_0;
          store<u32>(r, Plane.nextKey(q2, load<u32>(r, ROUND_KEYS - 24), rcon >>> 2), ROUND_KEYS + 8);
          q2 &= LANE_0;
          store<u32>(r, Plane.nextKey(q3, load<u32>(r, ROUND_KEYS - 20), rcon >>> 3), ROUND_KEYS + 12);
          q3 &= LANE_0;
          store<u32>(r, Plane.nextKey(q4, load<u32>(r, ROUND_KEYS - 16), rcon >>> 4), ROUND_KEYS + 16);
          q4 &= LANE_0;
          store<u32>(r, Plane.nextKey(q5, load<u32>(r, ROUND_KEYS - 12), rcon >>> 5), ROUND_KEYS + 20);
          q5 &= LANE_0;
          store<u32>(r, Plane.nextKey(q6, load<u32>(r, ROUND_KEYS - 8), rcon >>> 6), ROUND_KEYS + 24);
          q6 &= LANE_0;
          store<u32>(r, Plane.nextKey(q7, load<u32>(r, ROUND_KEYS - 4), rcon >>> 7), ROUND_KEYS + 28);
          q7 &= LANE_0;
        }
        q0 = Plane.shiftRows<Way>(q0);
        q1 = Plane.shiftRows<Way>(q1);
        q2 = Plane.shiftRows<Way>(q2);
        q3 = Plane.shiftRows<Way>(q3);
        q4 = Plane.shiftRows<Way>(q4);
        q5 = Plane.shiftRows<Way>(q5);
        q6 = Plane.shiftRows<Way>(q6);
        q7 = Plane.shiftRows<Way>(q7);
        if (isSigned<Way>() && r) {
          q0 ^= load<u32>(r, ROUND_KEYS);
          q1 ^= load<u32>(r, ROUND_KEYS + 4);
          q2 ^= load<u32>(r, ROUND_KEYS + 8);
          q3 ^= load<u32>(r, ROUND_KEYS + 12);
          q4 ^= load<u32>(r, ROUND_KEYS + 16);
          q5 ^= load<u32>(r, ROUND_KEYS + 20);
          q6 ^= load<u32>(r, ROUND_KEYS + 24);
          q7 ^= load<u32>(r, ROUND_KEYS + 28);
          // InvMixColumns is MixColumns behind a[r] ^ 4 (a[r] ^ a[r+2]).
          const u0 = q0 ^ rotr<u32>(q0, 16);
          const u1 = q1 ^ rotr<u32>(q1, 16);
          const u2 = q2 ^ rotr<u32>(q2, 16);
          const u3 = q3 ^ rotr<u32>(q3, 16);
          const u4 = q4 ^ rotr<u32>(q4, 16);
          const u5 = q5 ^ rotr<u32>(q5, 16);
          const u6 = q6 ^ rotr<u32>(q6, 16);
          const u7 = q7 ^ rotr<u32>(q7, 16);
          q0 ^= u6;
          q1 ^= u6 ^ u7;
          q2 ^= u0 ^ u7;
          q3 ^= u1 ^ u6;
          q4 ^= u2 ^ u6 ^ u7;
          q5 ^= u3 ^ u7;
          q6 ^= u4;
          q7 ^= u5;
        }
        if (r != (isSigned<Way>() ? 0 : 320)) {
          // MixColumns: b[r] = 2 (a[r] ^ a[r+1]) ^ a[r+1] ^ (a[r+2] ^ a[r+3])
          const n0 = rotr<u32>(q0, 8);
          const d0 = q0 ^ n0;
          const n1 = rotr<u32>(q1, 8);
          const d1 = q1 ^ n1;
          const n2 = rotr<u32>(q2, 8);
          const d2 = q2 ^ n2;
          const n3 = rotr<u32>(q3, 8);
          const d3 = q3 ^ n3;
          const n4 = rotr<u32>(q4, 8);
          const d4 = q4 ^ n4;
          const n5 = rotr<u32>(q5, 8);
          const d5 = q5 ^ n5;
          const n6 = rotr<u32>(q6, 8);
          const d6 = q6 ^ n6;
          const n7 = rotr<u32>(q7, 8);
          const d7 = q7 ^ n7;
          q0 = d7 ^ n0 ^ rotr<u32>(d0, 16);
          q1 = d0 ^ d7 ^ n1 ^ rotr<u32>(d1, 16);
          q2 = d1 ^ n2 ^ rotr<u32>(d2, 16);
          q3 = d2 ^ d7 ^ n3 ^ rotr<u32>(d3, 16);
          q4 = d3 ^ d7 ^ n4 ^ rotr<u32>(d4, 16);
          q5 = d4 ^ n5 ^ rotr<u32>(d5, 16);
          q6 = d5 ^ n6 ^ rotr<u32>(d6, 16);
          q7 = d6 ^ n7 ^ rotr<u32>(d7, 16);
        }
      }
      rcon = (rcon << 1) ^ ((rcon >>> 7) * 0x11b);
    }
  }
  if (SMALL) {
    transpose();
  } else {
    store<u32>(LANES, q0);
    store<u32>(LANES + 4, q1);
    store<u32>(LANES + 8, q2);
    store<u32>(LANES + 12, q3);
    store<u32>(LANES + 16, q4);
    store<u32>(LANES + 20, q5);
    store<u32>(LANES + 24, q6);
    store<u32>(LANES + 28, q7);
  }
}
