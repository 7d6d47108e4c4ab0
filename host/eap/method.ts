/** What a method of an EAP peer is to the layer above it (RFC 3748, sections 2.2 and 7.10). */

/** Of MSK and EMSK each: RFC 3748, 7.10. */
export const EAP_KEY_OCTETS = 64;

/** What a method that has come to its end leaves. The keys are the receiver's to wipe. */
export interface EapResult {
  readonly method: string;
  /** 64 octets each. */
  readonly msk: Uint8Array;
  readonly emsk: Uint8Array;
  /** RFC 5247, 1.4 and appendix A: Type ‖ Method-Id, the same at both ends. */
  readonly sessionId: Uint8Array;
  /** Server-Id of RFC 5247: who the server has proven to be; undefined: the method tells it not. */
  readonly serverIdentity?: Uint8Array;
}

/** A Request of the method's Type that has not been answered. */
export interface MethodRequest {
  readonly identifier: number;
  /** Type-Data. */
  readonly data: Uint8Array;
  /** The whole packet, whose head some methods protect; padding behind its Length may follow. */
  readonly packet: Uint8Array;
}

export type MethodStep =
  /** Type-Data of the Response. */
  | { readonly data: Uint8Array; readonly done?: MethodDone }
  /** Dropped: the Request changed nothing. */
  | { readonly refused: string }
  /** The method has failed. With `data` the server is told so, and answers with Failure. */
  | { readonly failed: string; readonly data?: Uint8Array };

export interface MethodDone {
  readonly result: EapResult;
  /** Has each end told the other of its success inside the method (RFC 3748, 7.16)? Then no Failure counts any more. */
  readonly isProtected: boolean;
}

/** One conversation of one method. */
export interface EapMethod<Step extends MethodStep | Promise<MethodStep> = MethodStep | Promise<MethodStep>> {
  /** Type of RFC 3748, 5. */
  readonly type: number;
  readonly name: string;
  /** A Request of any octets; never two at one time. */
  receive(request: MethodRequest): Step;
  /** Wipes what it can; it is not used any more. */
  close(): void;
}
