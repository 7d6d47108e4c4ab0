/** Reason and status codes of IEEE Std 802.11-2020, 9.4.1.7 and 9.4.1.9: those that an RSN can end up with. */

/** Table 9-49: why an association ends. */
export const REASON = {
  UNSPECIFIED: 1,
  INVALID_CLASS2_FRAME: 6,
  INVALID_CLASS3_FRAME: 7,
  FOUR_WAY_HANDSHAKE_TIMEOUT: 15,
  GROUP_KEY_HANDSHAKE_TIMEOUT: 16,
  HANDSHAKE_ELEMENT_MISMATCH: 17,
  IEEE_802_1X_AUTH_FAILED: 23,
} as const;

export type ReasonCode = (typeof REASON)[keyof typeof REASON];

/** Table 9-50: what an Authentication or Association Request is answered with. */
export const STATUS = {
  SUCCESS: 0,
  REFUSED: 1,
  UNSUPPORTED_AUTH_ALGORITHM: 13,
  TRANSACTION_SEQUENCE_ERROR: 14,
  AP_UNABLE_TO_HANDLE_STA: 17,
  ROBUST_MANAGEMENT_POLICY_VIOLATION: 31,
  INVALID_ELEMENT: 40,
  INVALID_GROUP_CIPHER: 41,
  INVALID_PAIRWISE_CIPHER: 42,
  INVALID_AKMP: 43,
  UNSUPPORTED_RSNE_VERSION: 44,
  INVALID_RSNE_CAPABILITIES: 45,
  CIPHER_REJECTED_PER_POLICY: 46,
  INVALID_PMKID: 53,
} as const;

export type StatusCode = (typeof STATUS)[keyof typeof STATUS];
