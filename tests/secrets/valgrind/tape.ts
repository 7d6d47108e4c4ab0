/**
 * A story as a tape for driver.c: every call with what it was handed, what each import answered, and what came of it.
 *
 *   tape   = entry, ...
 *   entry  = 'P' power-up of a new station ‖ its name
 *          | 'B' power-up with RAM as it is
 *          | 'N' the NVM record(268), as it has become between two calls
 *          | 'C' call(1) ‖ operands(2 x 4, LE) ‖ result(4, LE) ‖ rx(72) ‖ tx(72) ‖ payload(64) ‖ count(1) ‖ import, ...
 *   import = kind(1): 0 entropy, 1 nvmRead, 2 nvmWrite ‖ failed(1) ‖ noise(32), of entropy only
 *   name   = length(1) ‖ octets
 */
import { FUNCTIONS, PAYLOAD_BUFFER_OCTETS, RX_BUFFER_OCTETS, TX_BUFFER_OCTETS } from "../../../host/device/abi.ts";
import type { StationHost } from "../../../host/device/host.ts";
import { loadStation } from "../../../host/device/load.ts";
import { ascii, concat, equal, littleEndian } from "../../twin/bytes.ts";
import { Bed, type Story } from "../bed.ts";
import { caseName } from "../cases/case.ts";
import { CASES } from "../cases/table.ts";
import type { Made } from "../hand.ts";
import { roundOf, VARIANTS, type Variant } from "../rounds.ts";
import { playTalk } from "../talk.ts";

const CALLS = Object.keys(FUNCTIONS);
const KINDS = { entropy: 0, nvmRead: 1, nvmWrite: 2 } as const;
/** A name's length is one octet. */
const NAME_MAX = 255;
const int32 = (value: number): Uint8Array => littleEndian(value >>> 0, 4);

/**
 * The tape of one round on a module withGlobals. undefined: the story sets the module's own counts, which only such a
 * module lets it do.
 */
export function tapeOf(
  module: WebAssembly.Module,
  name: string,
  story: Story,
  variant: Variant,
): Uint8Array | undefined {
  const round = roundOf(variant, 1);
  const { nvm } = round;
  const tape: Uint8Array[] = [Uint8Array.of(0x50), Uint8Array.of(name.length), ascii(name)];
  let imports: Uint8Array[] = [];
  let record = new Uint8Array(0);
  const told = (kind: keyof typeof KINDS, isDone: boolean, octets = new Uint8Array(0)): boolean => {
    imports.push(concat(KINDS[kind], isDone ? 0 : 1, octets));
    return isDone;
  };
  const host: StationHost = {
    entropy: (into) => told("entropy", round.host.entropy(into), into.slice()),
    nvmRead: (offset, into) => told("nvmRead", nvm.nvmRead(offset, into)),
    nvmWrite: (offset, octets) => told("nvmWrite", nvm.nvmWrite(offset, octets)),
  };
  const { exports, memory } = loadStation(module, host, { extraExports: true });
  const at = (address: number, length: number): Uint8Array => memory.slice(address, address + length);
  const buffers = (): [Uint8Array, Uint8Array] => [
    at(exports.amp_rx_buffer(), RX_BUFFER_OCTETS),
    at(exports.amp_payload_buffer(), PAYLOAD_BUFFER_OCTETS),
  ];
  let handed = buffers();
  const listener = {
    before() {
      handed = buffers();
      imports = [];
      if (!equal(record, nvm.octets)) tape.push(Uint8Array.of(0x4e), nvm.octets.slice());
    },
    after({ name: call, operands: [a = 0, b = 0], result }: Made) {
      record = nvm.octets.slice();
      const [rx, payload] = handed;
      const tx = at(exports.amp_tx_buffer(), TX_BUFFER_OCTETS);
      tape.push(Uint8Array.of(0x43, CALLS.indexOf(call)), int32(a), int32(b), int32(result), rx, tx, payload);
      tape.push(Uint8Array.of(imports.length), ...imports);
    },
    brownOut: () => void tape.push(Uint8Array.of(0x42)),
  };
  const bed = new Bed({ exports, variant, round, listener });
  story(bed);
  return bed.hasPoked ? undefined : concat(...tape);
}

/** Every case of the table once, and a talk of every variant, on one tape. */
export function tapeOfAll(module: WebAssembly.Module): { readonly tape: Uint8Array; readonly stories: number } {
  const cases = CASES.flatMap((one, i) => {
    const fitting = VARIANTS.filter(one.only ?? (() => true));
    return tapeOf(module, caseName(one).slice(0, NAME_MAX), one.play, fitting[i % fitting.length]) ?? [];
  });
  const talks = VARIANTS.flatMap((variant) => tapeOf(module, `talk, ${variant.name}`, playTalk, variant) ?? []);
  const tapes = [...cases, ...talks];
  return { tape: concat(...tapes), stories: tapes.length };
}
