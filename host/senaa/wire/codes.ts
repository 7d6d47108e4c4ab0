/** Result codes (RFC 6733 7.1) and termination causes (RFC 6733 8.15): those that SeNAA sends or has to understand. */

export const RESULT = {
  multiRoundAuth: 1001,
  success: 2001,
  commandUnsupported: 3001,
  tooBusy: 3004,
  applicationUnsupported: 3007,
  invalidHeaderBits: 3008,
  invalidAvpBits: 3009,
  authenticationRejected: 4001,
  outOfSpace: 4002,
  avpUnsupported: 5001,
  unknownSessionId: 5002,
  authorizationRejected: 5003,
  invalidAvpValue: 5004,
  missingAvp: 5005,
  avpNotAllowed: 5008,
  avpOccursTooManyTimes: 5009,
  unsupportedVersion: 5011,
  unableToComply: 5012,
  invalidAvpLength: 5014,
  invalidMessageLength: 5015,
} as const;

/** RFC 6733 7.1.3: the answers that have the E flag, "these and only these". */
export function isProtocolError(resultCode: number): boolean {
  return resultCode >= 3000 && resultCode < 4000;
}

export const TERMINATION_CAUSE = { logout: 1, administrative: 4, sessionTimeout: 8 } as const;
