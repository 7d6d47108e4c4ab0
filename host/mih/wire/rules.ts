/**
 * What has to be there together, and what must not be: the "present if" of clauses 5.13.3.19 and both 5.13.3.21 (003-M1 to
 * 003-M3). Who sends asks before, who receives asks again; the answer is the rule that is broken, as a sentence.
 */

import type { N2nRequest, N2nResponse, PreregRequest, PreregResponse } from "./messages.ts";
import { isSameLink, STATUS } from "./values.ts";

/** How a message came, or is to go. */
export interface Way {
  /** Inside the security association of both ends. */
  readonly isProtected: boolean;
  /** Of the original scheme: keys go under its mask, outside every association. */
  readonly isMasked: boolean;
}

type Broken = string | undefined;

/** 003-M1; the nonce goes with the wish for an association (003-C4, 003-C5). */
export function checkPreregRequest({ ciphersuite, nonceT, targetLink, candidateLinks }: PreregRequest): Broken {
  if ((ciphersuite === undefined) !== (nonceT === undefined)) {
    return "Nonce-T is there if and only if Ciphersuite Code asks for a security association with the TPoS";
  }
  if (candidateLinks?.length === 0) return "Link identifier list is there only if the MN knows of a link";
  if (targetLink === undefined) return undefined;
  return candidateLinks?.some((link) => isSameLink(link, targetLink))
    ? undefined
    : "who names a target link knows of it, so Link identifier list is there and has it";
}

/** 003-M2, 003-C6. `isAsked`: the request asked for an association with the TPoS. */
export function checkPreregResponse(response: PreregResponse, isAsked: boolean, way: Way): Broken {
  const { key, lifetime, nonceN, groupKeyBlock, tposId, status } = response;
  const isGiven = key !== undefined || groupKeyBlock !== undefined;
  if (isGiven && !isAsked) return "a key is there only if the MN asked for it by Ciphersuite Code";
  if (isGiven && status !== STATUS.success) return "a key is there only with Status success";
  if (key !== undefined && groupKeyBlock !== undefined) return "a key is distributed in one way, not in two";
  if (isGiven !== (lifetime !== undefined)) return "KeyLifeTime is there if and only if a key is";
  if (isGiven !== (nonceN !== undefined)) return "Nonce-N is there if and only if a key is";
  if (isGiven && tposId === undefined) return "TPoS Identifier is there where a key for it is";
  return isGiven ? checkKey(key ? "Protected Key" : "Group Key Block", "SPoS and MN", way) : undefined;
}

/**
 * 003-M3, 003-C6. Deviation: the text has both nonces and the key all there or all absent. Nonce-T goes alone where the
 * group manager makes the key: the TPoS then makes Nonce-N, and nothing that goes is a secret.
 */
export function checkN2nRequest({ ciphersuite, key, nonceT, nonceN, lifetime, mnId }: N2nRequest, way: Way): Broken {
  if ((ciphersuite === undefined) !== (nonceT === undefined)) {
    return "Nonce-T is there if and only if Ciphersuite Code asks for a security association with the MN";
  }
  const isWhole = nonceT !== undefined && nonceN !== undefined && lifetime !== undefined && mnId !== undefined;
  if (key !== undefined && !isWhole) return "Protected Key comes with both nonces, KeyLifeTime and Mobile node MISF ID";
  if (key === undefined && (nonceN !== undefined || lifetime !== undefined)) {
    return "Nonce-N and KeyLifeTime are there only with Protected Key";
  }
  if (ciphersuite !== undefined && mnId === undefined) return "a security association is with an MN that is named";
  return key === undefined ? undefined : checkKey("Protected Key", "SPoS and TPoS", way);
}

/** `isKeyless`: an association was asked for and no key was sent, so the TPoS makes Nonce-N itself. */
export function checkN2nResponse({ nonceN, status }: N2nResponse, isKeyless: boolean): Broken {
  return (nonceN !== undefined) === (isKeyless && status === STATUS.success)
    ? undefined
    : "Nonce-N is there if and only if the TPoS makes it";
}

/** A Group Key Block is sealed by itself; KeyLifeTime and Nonce-N, which go with it, are not. */
function checkKey(key: string, ends: string, { isProtected, isMasked }: Way): Broken {
  if (isProtected || isMasked) return undefined;
  return `${key} goes inside the security association of ${ends}, never in clear`;
}
