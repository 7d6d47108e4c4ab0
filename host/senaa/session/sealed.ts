/** Lists of AVPs inside of TLS: made with the Msg-Checksum of the message that carries them, and read back with it (5.2). */

import type { Crypto } from "../../crypto/crypto.ts";
import { equalOctets } from "../../wire/octets.ts";
import { checksumOf } from "../wire/checksum.ts";
import type { Body, Field, Fields } from "../wire/fields.ts";
import { emitInner, readInner } from "../wire/message.ts";
import type { Spec } from "../wire/messages.ts";
import { isRefusal } from "../wire/refusal.ts";

type Sealed = Fields & { readonly msgChecksum: Field<Uint8Array, true> };

/** To be written into TLS. `outside`: of the message that is to carry it. @throws RangeError for what the list does not hold. */
export function sealedOf<N extends string, O extends Fields, I extends Sealed, P extends Fields>(
  crypto: Pick<Crypto, "sha256">,
  spec: Spec<N, O, I, P>,
  outside: Uint8Array,
  body: Omit<Body<I>, "msgChecksum">,
): Uint8Array {
  return emitInner(spec, { ...body, msgChecksum: checksumOf(crypto, outside) } as unknown as Body<I>);
}

/** Of what came out of TLS. A string: why it is not believed. */
export function unsealed<N extends string, O extends Fields, I extends Sealed, P extends Fields>(
  crypto: Pick<Crypto, "sha256">,
  spec: Spec<N, O, I, P>,
  outside: Uint8Array,
  octets: Uint8Array,
): Body<I> | string {
  const body = readInner(spec, octets);
  if (isRefusal(body)) return `${spec.name}: ${body.refusal}${body.of ? ` (${body.of})` : ""}`;
  const { msgChecksum } = body as unknown as { readonly msgChecksum: Uint8Array };
  // Not a secret: TLS has protected it.
  return equalOctets(checksumOf(crypto, outside), msgChecksum)
    ? body
    : `${spec.name}: what stands outside of TLS was changed`;
}
