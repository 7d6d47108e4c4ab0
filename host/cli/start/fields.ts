/*
 * The fields of a frame that is known to be good (PROTOCOL.md section 2), for a reader.
 */

/** One field: its octets in hex as sent, and what they say. */
export interface Field {
  readonly name: string;
  readonly octets: string;
  readonly meaning: string;
}

/** What the frame itself does not tell: the text behind a ciphertext. */
interface Known {
  readonly payload: string;
}

const TYPES: Readonly<Record<number, string>> = { 8: "Trigger", 9: "Response", 10: "Confirm", 11: "Data" };

/** Nonce and MIC lengths by security profile; Assumption: the draft leaves all three open. */
const PROFILES = [
  { name: "reserved", N: 0, M: 0 },
  { name: "compact", N: 16, M: 8 },
  { name: "wide", N: 32, M: 8 },
  { name: "strong", N: 32, M: 16 },
] as const;

const UL_RATES = ["250 kb/s", "1 Mb/s", "4 Mb/s"];
const SLOT_UNIT_us = 4;

/** FC ‖ ID ‖ TDC ‖ body ‖ FCS, field by field. */
export function fieldsOf(frame: Uint8Array, known: Known): Field[] {
  const reader = new Reader(frame);
  const type = frame[0] & 0x0f;
  const tdc = frame[3] | (frame[4] << 8);
  const profile = PROFILES[(tdc >> 10) & 7];
  const hasModifier = ((tdc >> 7) & 1) === 1;
  const isEncrypted = ((tdc >> 6) & 1) === 1;
  reader.take("FC", 1, () => TYPES[type] + (frame[0] & 0x10 ? ", protected" : ""));
  reader.take("ID", 2, ([low, high]) => `0x${((high << 8) | low).toString(16).padStart(4, "0")}: this station`);
  reader.take("TDC", 2, () => {
    const parts = [`${(tdc & 63) + 1} octets of body`, isEncrypted && "encrypted", hasModifier && "with Modifier"];
    return [...parts, `generation ${(tdc >> 8) & 3}`, `profile ${profile.name}`].filter(Boolean).join(", ");
  });
  const payload = { name: isEncrypted ? "ciphertext" : "payload", meaning: () => known.payload };
  if (TYPES[type] === "Trigger") {
    reader.take("TriggerInfo", 6, triggerInfo);
    reader.take("AA", 6, () => "the AP's address");
    reader.take("ANonce", profile.N, () => "fresh from the AP");
    if (hasModifier) reader.take("Modifier", 8, () => "makes this AP's PMK out of the root");
    reader.take("DL data", reader.left - 2, () => `${known.payload}, not to be acted on before M3`);
  } else {
    if (TYPES[type] === "Response") reader.take("SNonce", profile.N, () => "fresh from the station");
    else reader.take("PN", 2, ([high, low]) => `${(high << 8) | low}`);
    reader.take(payload.name, reader.left - 2 - profile.M, payload.meaning);
    reader.take("MIC", profile.M, () => "over nonce, AAD and payload, under this session's key");
  }
  reader.take("FCS", 2, () => "CRC-16");
  return reader.fields;
}

class Reader {
  readonly fields: Field[] = [];
  readonly #frame: Uint8Array;
  #at = 0;

  constructor(frame: Uint8Array) {
    this.#frame = frame;
  }

  get left(): number {
    return this.#frame.length - this.#at;
  }

  /** The next `length` octets; no field if there are none. */
  take(name: string, length: number, meaning: (octets: Uint8Array) => string): void {
    if (length === 0) return;
    const octets = this.#frame.subarray(this.#at, this.#at + length);
    this.#at += length;
    this.fields.push({ name, octets: Buffer.from(octets).toString("hex"), meaning: meaning(octets) });
  }
}

/** Session ID ‖ ACWE, UL rate, access ‖ slots ‖ slot duration (LE, 4 us) ‖ 0. */
function triggerInfo([session, flags, slots, low, high]: Uint8Array): string {
  const access = (flags >> 6) & 1 ? "this station only" : `random slots, ACWE ${flags & 15}`;
  const duration_us = ((high << 8) | low) * SLOT_UNIT_us;
  const slotted = `${slots} slot${slots === 1 ? "" : "s"} of ${duration_us.toLocaleString("en")} us`;
  return `session ${session}, ${access}, ${slotted}, answer at ${UL_RATES[(flags >> 4) & 3]}`;
}
