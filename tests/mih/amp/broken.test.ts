/** A serving AP that is broken into: what it can make of all that it saw, and of what it saw once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { AccessPoint } from "../../../host/ap/accesspoint.ts";
import { PmkTable } from "../../../host/ap/pmks.ts";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { deviceKey, handoverName, handoverPmk } from "../../../host/keys/handover.ts";
import { wrappedFor } from "../../../host/mih/gkb/block.ts";
import { SCHEMES } from "../../../host/mih/schemes/scheme.ts";
import { readTlvs } from "../../../host/mih/wire/tlv.ts";
import { nodeRsnCrypto } from "../../../host/rsn/keys/crypto.node.ts";
import type { RsnCrypto } from "../../../host/rsn/keys/crypto.ts";
import { emitHandover } from "../../../host/wire/handover.ts";
import { PLAIN_REQUEST, pskOf, SPAN_s } from "../../ap/bed.ts";
import { ascii, equal, hex, unhex } from "../../twin/bytes.ts";
import { AA, SPA, TwoAps } from "./bed.ts";

/** All octet strings that went into cryptography or came out of it, and the TLVs in them. */
class Memory {
  readonly #seen = new Map<string, Uint8Array>();

  note<T extends Uint8Array | null>(octets: T): T {
    if (octets === null || this.#seen.has(hex(octets))) return octets;
    this.#seen.set(hex(octets), octets.slice());
    for (const { value } of readTlvs(octets) ?? []) this.note(value);
    return octets;
  }

  all(...lengths: readonly number[]): Uint8Array[] {
    return [...this.#seen.values()].filter(({ length }) => lengths.length === 0 || lengths.includes(length));
  }

  around(crypto: RsnCrypto): RsnCrypto {
    return {
      ...crypto,
      randomBytes: (length) => this.note(crypto.randomBytes(length)),
      hmac: (key, message) => this.note(crypto.hmac(this.note(key), this.note(message))),
      ccmSeal: (key, nonce, aad, plain, mic) => crypto.ccmSeal(this.note(key), nonce, aad, this.note(plain), mic),
      ccmOpen: (key, nonce, aad, sealed, mic) => this.note(crypto.ccmOpen(this.note(key), nonce, aad, sealed, mic)),
      aesUnwrap: (kek, wrapped) => this.note(crypto.aesUnwrap(this.note(kek), this.note(wrapped))),
    };
  }

  /** The station's part of every group key block that it saw. */
  wraps(): Uint8Array[] {
    return this.all().flatMap((octets) => wrappedFor(octets, 0x1234) ?? []);
  }

  /** Whatever might be a K: as it stands there, or under any key that stands there. */
  candidates(): Uint8Array[] {
    const opened = this.wraps().flatMap((wrap) =>
      this.all(16).flatMap((key) => nodeRsnCrypto.aesUnwrap(key, wrap) ?? []),
    );
    return [...this.all(16, 32), ...opened];
  }
}

for (const scheme of SCHEMES) {
  const can = scheme !== "21d";
  test(`003-C12 003-C14 ${scheme}: a broken serving AP ${can ? "makes" : "cannot make"} the key of its station with the next AP of all it saw`, async () => {
    const memory = new Memory();
    const bed = await TwoAps.begun(scheme, {
      tap: (_, __, octets) => void memory.note(octets),
      around: (name, crypto) => (name === "mn" || name === "sp" ? memory.around(crypto) : crypto),
    });
    await bed.prepare();
    await bed.tells();
    for (const half of [0, 16]) {
      memory.note(
        bed.tables[0]
          .device(SPA)
          ?.pmkOf(0)
          ?.pmk.slice(half, half + 16) ?? null,
      );
    }
    const pmk = bed.tables[1].admitted(SPA)?.device.pmkOf(0)?.pmk;
    assert.ok(pmk, "the next AP has it");
    const candidates = memory.candidates();
    assert.ok(candidates.length > 20, `the spy saw ${candidates.length} strings`);
    const found = candidates.filter((k) => equal(handoverPmk(nodeCrypto, k, AA[1], SPA), pmk));
    assert.equal(found.length > 0, can, `${found.length} of ${candidates.length} are K`);
    if (!can) {
      // The spy would have seen it: with the key of the leaf, which the key service has, the same search ends.
      memory.note(deviceKey(nodeCrypto, pskOf(SPA), SPA));
      assert.ok(
        memory.candidates().some((k) => equal(handoverPmk(nodeCrypto, k, AA[1], SPA), pmk)),
        "search is right",
      );
    }
    bed.close();
  });
}

test("003-C14 21d: a broken serving AP sends an old wrap again: whoever knew that K then becomes any next AP, until an update", async () => {
  const [serving, target] = [new Memory(), new Memory()];
  const bed = await TwoAps.begun("21d", {
    tap: (_, __, octets) => void serving.note(octets),
    around: (name, crypto) => (name === "tp" ? target.around(crypto) : name === "gm" ? crypto : serving.around(crypto)),
  });
  await bed.prepare();
  await bed.tells();
  const [old] = serving.wraps();
  const before = bed.tables[1].admitted(SPA)?.device.pmkOf(0)?.pmk.slice();
  assert.ok(old && before);
  const k = target.all(16).find((one) => equal(handoverPmk(nodeCrypto, one, AA[1], SPA), before));
  assert.ok(k, "the next AP of then knows K");
  await bed.prepare();
  await bed.tells();
  bed.reads(1);

  const rogue = unhex("0200000000ee");
  const table = new PmkTable(rogue, nodeCrypto);
  const names = { spa: SPA, generation: 0, name: handoverName(nodeCrypto, k, rogue, SPA) };
  table.admit({ ...names, pmk: handoverPmk(nodeCrypto, k, rogue, SPA) });
  const ap = new AccessPoint({ crypto: nodeCrypto, keys: table, service: bed.service, triggerSpan_s: () => SPAN_s });
  let now_s = 0;
  const reads = (): string => {
    now_s += 2;
    assert.equal(bed.device.station.setPayload(ascii("21.5 C"), true), 0);
    const m1 = ap.trigger(0, { ...PLAIN_REQUEST, to: SPA, handover: true }, now_s);
    return ap.receive(0, bed.device.answer(m1), now_s).kind;
  };
  assert.equal(reads(), "refused", "the rogue AP has nothing of the station");
  bed.broken(emitHandover({ command: "HANDOVER WRAPPED", aaT: rogue, wrapped: old }));
  assert.equal(reads(), "reading", "an old wrap with another AA_T: the rogue AP has the station");
  bed.updates();
  bed.reads(0);
  assert.equal(reads(), "refused", "an update ends it");
  bed.broken(emitHandover({ command: "HANDOVER WRAPPED", aaT: rogue, wrapped: old }));
  assert.equal(reads(), "refused", "and the old wrap opens nothing any more");
  bed.close();
});
