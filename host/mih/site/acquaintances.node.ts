/** Whom a role knows, made of its file: partners to speak to, and who is let in, each by a key of both or by certificates. */

import type { RsnCrypto } from "../../rsn/keys/crypto.ts";
import type { AuthMethod } from "../roles/associating.ts";
import type { Partner } from "../roles/member.ts";
import type { Conversation } from "../sa/conversation.ts";
import { eapInitiator, eapResponder } from "../sa/eapconversation.ts";
import { type TlsConversationOptions, tlsInitiator, tlsResponder } from "../sa/tlsconversation.node.ts";
import { beside, hexSecretOf, secretOf, textOf } from "./files.node.ts";
import { SiteError } from "./read.ts";
import type { PartnerEntry, VisitorEntry } from "./schema.ts";

/** RFC 4764: EAP-PSK's key. */
const PSK_OCTETS = 16;

/** Both sides of an authentication with one other, from this end. */
interface Way {
  readonly method: AuthMethod;
  readonly initiator: () => Conversation;
  readonly responder: () => Conversation;
}

export class Acquaintances {
  readonly #crypto: RsnCrypto;
  readonly #file: string;
  readonly #id: string;
  readonly #ways = new Map<string, Way>();

  /** `id`: this end's MISF ID; `file`: whose entries are to come. */
  constructor(crypto: RsnCrypto, file: string, id: string) {
    this.#crypto = crypto;
    this.#file = file;
    this.#id = id;
  }

  /** Somebody to speak to, who is let in, too. @throws SiteError */
  partner(entry: PartnerEntry): Partner {
    const { method, initiator } = this.#take(entry);
    return { id: entry.id, address: entry.address, method, converse: initiator };
  }

  /** By MISF ID. @throws SiteError */
  partners(entries: readonly PartnerEntry[]): Map<string, Partner> {
    return new Map(entries.map((entry) => [entry.id, this.partner(entry)]));
  }

  /** Somebody who comes by himself. @throws SiteError */
  visitor(entry: VisitorEntry): void {
    this.#take(entry);
  }

  /** What proves that the other end is that peer; undefined: nobody of that name is let in that way. */
  readonly conversationFor = (method: AuthMethod, peer: string): Conversation | undefined => {
    const way = this.#ways.get(peer);
    return way?.method === method ? way.responder() : undefined;
  };

  #take(entry: VisitorEntry): Way {
    const { id } = entry;
    if (id === this.#id) throw new SiteError(`${this.#file}: it names itself, ${id}, where another is expected`);
    if (this.#ways.has(id)) throw new SiteError(`${this.#file}: ${id} is there twice, where each has one entry`);
    const way = entry.tls ? this.#byTls(id, entry.tls) : this.#byEap(id, entry.eap_psk_file ?? "");
    this.#ways.set(id, way);
    return way;
  }

  #byEap(peer: string, name: string): Way {
    const crypto = this.#crypto;
    const psk = hexSecretOf(beside(this.#file, name), PSK_OCTETS);
    return {
      method: "eap",
      initiator: () => eapInitiator({ crypto, identity: this.#id, psk }),
      responder: () =>
        eapResponder({
          crypto,
          identity: this.#id,
          keyOf: (identity) => (identity === peer ? psk : undefined),
        }),
    };
  }

  #byTls(peer: string, files: { readonly ca: string; readonly certificate: string; readonly key: string }): Way {
    const paths = { ca: beside(this.#file, files.ca), certificate: beside(this.#file, files.certificate) };
    const key = beside(this.#file, files.key);
    const options: TlsConversationOptions = {
      ca: textOf(paths.ca, "certificates of authorities in PEM"),
      certificate: textOf(paths.certificate, "a certificate in PEM"),
      key: secretOf(key, "a private key in PEM"),
      peer,
    };
    try {
      tlsResponder(options).close();
    } catch (error) {
      const { message } = error as Error;
      throw new SiteError(`${paths.ca}, ${paths.certificate} and ${key} do not do for TLS: ${message}`);
    }
    return { method: "tls", initiator: () => tlsInitiator(options), responder: () => tlsResponder(options) };
  }
}
