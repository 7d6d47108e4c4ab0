/*
 * A station that has the ABI and nothing behind it: it answers a frame with its octets reversed. The first octet of a
 * frame makes it misbehave. For testing what stands around a station.
 */
import { compile } from "./compile.ts";

export const MISBEHAVE = {
  takeOnly: 0xff,
  noStatus: 0xee,
  tooLong: 0xdd,
  pointBeyondHeap: 0xcc,
  noState: 0xbb,
} as const;

const ENV = `
  export declare function entropy(pointer: usize, length: i32): i32;
  export declare function nvmRead(offset: i32, pointer: usize, length: i32): i32;
  export declare function nvmWrite(offset: i32, pointer: usize, length: i32): i32;`;

const INDEX = `
  import { entropy, nvmRead, nvmWrite } from "./env";
  export { __heap_base, __data_end };
  const RX: usize = memory.data(72);
  const TX: usize = memory.data(72);
  const PAYLOAD: usize = memory.data(64);
  const NOISE: usize = memory.data(32);
  let state = 0;
  let payloadLength = 0;
  export function amp_rx_buffer(): usize { return RX; }
  export function amp_tx_buffer(): usize { return TX; }
  export function amp_payload_buffer(): usize { return PAYLOAD; }
  export function amp_boot(): i32 {
    if (nvmRead(0, NOISE, 4) != 0 || load<u8>(NOISE) != 0x41) return -12;
    state = 1;
    return 0;
  }
  export function amp_set_payload(length: i32, encrypt: i32): i32 {
    if (state == 0) return -1;
    if (length > 54 || encrypt >> 1) return -19;
    payloadLength = length;
    return 0;
  }
  export function amp_receive(length: i32): i32 {
    if (length > 71) return -3;
    if (length < 8) return -2;
    if (state == 0) return -1;
    const first = load<u8>(RX);
    if (first == ${MISBEHAVE.takeOnly}) return 0;
    if (first == ${MISBEHAVE.noStatus}) return -20;
    if (first == ${MISBEHAVE.tooLong}) return 73;
    if (first == ${MISBEHAVE.noState}) { state = 4; return 0; }
    if (first == ${MISBEHAVE.pointBeyondHeap}) return entropy(__heap_base - 31, 32);
    if (entropy(NOISE, 32) != 0) return -11;
    if (nvmWrite(16, NOISE, 8) != 0) return -12;
    for (let i = 0; i < length; i++) store<u8>(TX + i, load<u8>(RX + length - 1 - i));
    state = 2;
    return length;
  }
  export function amp_send(): i32 { return state == 0 ? -1 : -13; }
  export function amp_received(): i32 { return payloadLength; }
  export function amp_trigger_data(): i32 { return 0; }
  export function amp_state(): i32 { return state; }`;

/** Its octets; `change` edits the text first. */
export function fakeStation(change: (index: string) => string = (index) => index): Promise<Uint8Array> {
  return compile({ "env.ts": ENV, "index.ts": change(INDEX) });
}
