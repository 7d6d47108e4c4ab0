/** The authenticating side of EAP, as whoever carries EAP sees it (RFC 3748, section 2.3: pass-through or not, it is the same). */

/** What the authenticating side makes of a Response. */
export interface EapStep {
  readonly result: "continue" | "success" | "failure";
  /** The next Request, or the Success or Failure. */
  readonly packet: Uint8Array;
  /** With success: at least 32 octets, of which the first 32 are the PMK. */
  readonly msk?: Uint8Array;
  /**
   * With success: whom the method has proven, if it is known here, and not whom the station named first; of a server that is
   * elsewhere, whom that says it has let in.
   */
  readonly identity?: Uint8Array;
}

export interface EapConversation {
  /** A Response of the station, of whatever octets. undefined: the answer comes later, to whoever made the backend. */
  receive(packet: Uint8Array): EapStep | undefined;
}

/** Who authenticates stations: a server in this process, or a RADIUS client before one that is elsewhere. */
export interface EapBackend {
  begin(spa: Uint8Array): EapConversation;
}
