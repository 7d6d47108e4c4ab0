import assert from "node:assert/strict";
import test from "node:test";
import { SEQUENCE_PER_ms } from "../../../host/mih/roles/clocksequence.ts";
import { GroupMember } from "../../../host/mih/roles/groupmember.ts";
import { nodeRsnCrypto as crypto } from "../../../host/rsn/keys/crypto.node.ts";
import { blockOf, GROUP_ID, treeOf, verify } from "./bed.ts";

const LEAF = 0x1234;

test("003-C15 003-C17: a device opens no block twice, none of another group, and none that is a minute older than the newest", () => {
  const tree = treeOf();
  const member = (): GroupMember => new GroupMember({ crypto, deviceKeys: tree.deviceKeysOf(LEAF), verify });
  const now = 2_000_000 * SEQUENCE_PER_ms;
  const block = blockOf(tree, [LEAF], { sequence: now }).octets;
  const one = member();
  assert.equal(
    one.open(
      block,
      GROUP_ID.map((octet) => octet ^ 1),
    ),
    "of another group",
  );
  assert.ok(typeof one.open(block, GROUP_ID) !== "string", "a refusal has not used it up");
  assert.equal(one.open(block, GROUP_ID), "opened before");
  const late = blockOf(tree, [LEAF], { sequence: now - 61_000 * SEQUENCE_PER_ms }).octets;
  assert.equal(one.open(late), "old", "a minute older than the newest");
  assert.ok(typeof member().open(late) !== "string", "to whoever has opened nothing newer it is news");
});
