/**
 * The ten messages (section 4), each by its lists: what stands outside of TLS, what inside, and what a message without TLS
 * has. Deviations from the draft's ABNF are marked where they are.
 */

import { AVP, COMMAND } from "./dictionary.ts";
import { type Fields, first, last, may, must } from "./fields.ts";

export interface Spec<N extends string, O extends Fields, I extends Fields, P extends Fields> {
  readonly name: N;
  readonly command: number;
  readonly isRequest: boolean;
  /** Outside of TLS, TLS-Payload included. */
  readonly outer: O;
  /** Inside of TLS, as application_data (004-D1). */
  readonly inner: I;
  /** Of the ports without TLS; undefined: the message is of TLS alone. */
  readonly plain: P;
}

function spec<N extends string, O extends Fields, I extends Fields, P extends Fields>(
  name: N,
  command: number,
  isRequest: boolean,
  lists: { readonly outer: O; readonly inner: I; readonly plain: P },
): Spec<N, O, I, P> {
  return { name, command, isRequest, ...lists };
}

const NONE = {};
/** The Session-Id that the PAA minted heads every message (3.1), and TLS-Payload is the last (5.2). */
const IN_SESSION = {
  sessionId: first(AVP.sessionId),
  tlsMore: may(AVP.tlsMore),
  tls: last(AVP.tlsPayload),
};
/**
 * Assumption: where TLS is left out nobody has minted a Session-Id before the first CLR, so its sender does (RFC 6733 8.8).
 * Deviation: the draft speaks of CLR and CLA alone on these ports; a session that was opened there is ended there, too.
 */
const PLAIN_SESSION = { sessionId: first(AVP.sessionId) };
/**
 * Deviation: optional in the ABNF of session termination; 3.1 wants it in every message after the handshake, and so it is
 * required wherever anything is said inside of TLS. A message without TLS has none (004-D8).
 */
const CHECKSUM = { msgChecksum: must(AVP.msgChecksum) };
const BINDING = { eapBinding: may(AVP.eapBinding) };

const CLR_BODY = {
  userName: must(AVP.userName),
  deviceIds: must(AVP.deviceIdentifier),
  eap: may(AVP.eapPayload),
  authorizationLifetime_s: may(AVP.authorizationLifetime),
};
const RESULT_BODY = {
  resultCode: must(AVP.resultCode),
  errorMessage: may(AVP.errorMessage),
  failedAvp: may(AVP.failedAvp),
};
const CLA_BODY = {
  ...RESULT_BODY,
  eap: may(AVP.eapPayload),
  authorizationLifetime_s: may(AVP.authorizationLifetime),
  authGracePeriod_s: may(AVP.authGracePeriod),
  multiRoundTimeOut_s: may(AVP.multiRoundTimeOut),
};
const LOGOUT_BODY = { terminationCause: must(AVP.logoutCause) };
const ABORT_BODY = { terminationCause: must(AVP.abortCause) };

const { serverCertificate, clientSecurityAssociation, aaaClient, sessionTermination, abortSession } = COMMAND;

/** 4.1. User-Name is in clear here: the realm alone (004-D12, realmOf), the name follows in CLR. */
export const SCR = spec("SCR", serverCertificate, true, {
  outer: {
    userName: must(AVP.userName),
    /** 004-D13. */
    cookie: may(AVP.cookie),
    /** 004-D15. */
    relayedSource: may(AVP.relayedSource),
    tlsMore: may(AVP.tlsMore),
    tls: last(AVP.tlsPayload),
  },
  inner: NONE,
  plain: NONE,
});
/** 4.2. */
export const SCA = spec("SCA", serverCertificate, false, { outer: IN_SESSION, inner: NONE, plain: NONE });
/**
 * 004-D13. Deviation: an SCA of a PAA that has kept nothing of the SCR, and so has no Session-Id to give; the SCR comes again
 * with the cookie.
 */
export const CHALLENGE = spec("SCA challenge", serverCertificate, false, {
  outer: { cookie: must(AVP.cookie) },
  inner: NONE,
  plain: NONE,
});
/**
 * 4.3. Of the PAA to the PaC, with no TLS: begin a re-authentication (004-D7). Deviation: the draft has the PAA send a CSAA
 * with a ServerHello, and TLS knows no ServerHello that answers nothing.
 *
 * Assumption: figure 2b has a Msg-Checksum beside a new ClientHello, which nothing protects yet (004-D2); one that is there
 * is a record of the old connection, ahead of the handshake's, and it is required only where something else is said inside.
 */
export const CSAR = spec("CSAR", clientSecurityAssociation, true, { outer: IN_SESSION, inner: CHECKSUM, plain: NONE });
/**
 * 4.4. Assumption: "SCA and CSAA message don't contain Result-Code AVPs" is of those outside of TLS: the one that ends a
 * re-authentication has one inside (004-D5, figure 2b).
 */
export const CSAA = spec("CSAA", clientSecurityAssociation, false, {
  outer: IN_SESSION,
  inner: { ...CHECKSUM, resultCode: must(AVP.resultCode) },
  plain: NONE,
});
/** 4.5, the "initial" one. Assumption: those that follow are like it. */
export const CLR = spec("CLR", aaaClient, true, {
  outer: IN_SESSION,
  inner: { ...CHECKSUM, ...CLR_BODY, ...BINDING },
  plain: { ...PLAIN_SESSION, relayedSource: may(AVP.relayedSource), ...CLR_BODY },
});
/** 4.6. */
export const CLA = spec("CLA", aaaClient, false, {
  outer: IN_SESSION,
  inner: { ...CHECKSUM, ...CLA_BODY, ...BINDING, eapMasterSessionKey: may(AVP.eapMasterSessionKey) },
  plain: { ...PLAIN_SESSION, ...CLA_BODY },
});
/** 4.7. */
export const SSTR = spec("SSTR", sessionTermination, true, {
  outer: IN_SESSION,
  inner: { ...CHECKSUM, ...LOGOUT_BODY },
  plain: { ...PLAIN_SESSION, ...LOGOUT_BODY },
});
/** 4.8. Deviation: its ABNF has the R flag, which makes a request of it (004-D3). */
export const SSTA = spec("SSTA", sessionTermination, false, {
  outer: IN_SESSION,
  inner: { ...CHECKSUM, ...RESULT_BODY },
  plain: { ...PLAIN_SESSION, ...RESULT_BODY },
});
/** 4.9. Assumption: an empty clause; figure 5 has what SSTR has (004-D4). */
export const SASR = spec("SASR", abortSession, true, {
  outer: IN_SESSION,
  inner: { ...CHECKSUM, ...ABORT_BODY },
  plain: { ...PLAIN_SESSION, ...ABORT_BODY },
});
/** 4.10. Assumption: as SSTA (004-D4). */
export const SASA = spec("SASA", abortSession, false, {
  outer: IN_SESSION,
  inner: { ...CHECKSUM, ...RESULT_BODY },
  plain: { ...PLAIN_SESSION, ...RESULT_BODY },
});
/**
 * Instead of any answer: why there is none. Nothing protects it, whoever reads it may be told so by anybody. Deviation: the
 * draft knows of Result-Codes inside of TLS alone, and a session that is not known (5002) has no TLS.
 */
const REFUSAL_FIELDS = { sessionId: may(AVP.sessionId), ...RESULT_BODY };
export const REFUSED = spec("refusal", 0, false, { outer: REFUSAL_FIELDS, inner: NONE, plain: REFUSAL_FIELDS });

export const MESSAGES = [SCR, SCA, CSAR, CSAA, CLR, CLA, SSTR, SSTA, SASR, SASA] as const;
export type AnySpec = (typeof MESSAGES)[number] | typeof CHALLENGE | typeof REFUSED;

/** Is it ever sent without TLS? */
export function isPlain({ plain }: AnySpec): boolean {
  return Object.keys(plain).length > 0;
}
