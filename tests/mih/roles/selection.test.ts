import assert from "node:assert/strict";
import test from "node:test";
import { BASE, ID, LINK } from "../../../host/mih/scene.ts";
import { select, type Wish } from "../../../host/mih/services/information.ts";
import { LINK_TYPE } from "../../../host/mih/wire/values.ts";

const wish = (changed: Partial<Wish>): Wish => ({
  linkTypes: new Set([LINK_TYPE.ieee80211, LINK_TYPE.umts]),
  self: ID.sp,
  isAssociated: () => false,
  ...changed,
});
const chosen = (changed: Partial<Wish>): string | undefined => select(BASE, wish(changed))?.pos;

test("003-M9: a PoS chooses what fits the MN's interfaces and its wish, an associate first, and never itself", () => {
  assert.equal(chosen({}), ID.tp, "the first that is not itself");
  assert.equal(chosen({ self: ID.tp }), ID.sp, "another one's choice");
  assert.equal(chosen({ candidateLinks: [LINK.sp] }), undefined, "what the MN hears is its own link alone");
  assert.equal(chosen({ tposId: ID.sp }), undefined, "the MN names itself");
  assert.equal(chosen({ isAssociated: (pos) => pos === ID.umts }), ID.umts, "an associate first");
  assert.equal(chosen({ linkTypes: new Set([LINK_TYPE.umts]) }), ID.umts, "an interface of that type alone");
  assert.equal(chosen({ linkTypes: new Set([LINK_TYPE.ethernet]) }), undefined, "none of those types");
  assert.equal(chosen({ targetLink: LINK.umts }), ID.umts, "the link that is named");
  assert.equal(chosen({ targetLink: LINK.umts, tposId: ID.tp }), undefined, "a link that is another's");
});
