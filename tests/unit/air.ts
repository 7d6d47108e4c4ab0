/* A station in reach of an AP: where the suites of frame/ and station/ start from. */
import { amp_boot, amp_receive, amp_set_payload } from "../../assembly/index";
import { PAYLOAD, RX, TX } from "../../assembly/layout";
import { fill } from "./check";
import * as peer from "./peer";
import { AA, MODIFIER, PSK, SPA, World } from "./world";

/** What is sent, and what arrives: readings up, data down. */
export const DATA: usize = memory.data(64);
export const GOT: usize = memory.data(64);
/** The profiles' N and M. */
export const N: StaticArray<i32> = [0, 16, 32, 32];
export const M: StaticArray<i32> = [0, 8, 8, 16];

/** A station fresh from the factory, powered up, and an AP that holds its PSK; in direct mode the PMK is the PSK. */
export function powerUp(direct: bool = false): void {
  World.provision();
  peer.open(AA, direct ? 0 : MODIFIER, SPA, 0, PSK);
  expect(amp_boot()).toBe(0, "boot");
}

/** Gives the station a reading of `length` octets, which stand at DATA, too. */
export function setReading(length: i32, encrypt: bool): void {
  fill(DATA, length, length);
  memory.copy(PAYLOAD, DATA, length);
  expect(amp_set_payload(length, i32(encrypt))).toBe(0, "reading");
}

/** M1 with `length` octets of DL data: what the station answers. */
export function trigger(profile: i32 = 1, length: i32 = 0): i32 {
  fill(DATA, length, length + 500);
  return amp_receive(peer.trigger(profile, DATA, length, false, RX));
}

/** An exchange up to M2, which the AP takes. */
export function respond(profile: i32 = 1, length: i32 = 0): void {
  const answer = trigger(profile, length);
  expect(answer).toBeGreaterThan(0, "M2");
  expect(peer.respond(TX, answer, GOT)).not.toBe(-1, "the AP takes M2");
}

/** An exchange up to M3, which the station takes. */
export function confirm(profile: i32 = 1): void {
  respond(profile);
  expect(amp_receive(peer.confirm(DATA, 0, RX))).toBe(0, "M3");
}
