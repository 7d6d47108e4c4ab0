/** Complete subtrees (IEEE 802.21d): the fewest nodes of a tree below which there are certain leaves, and no others. */

import { checkLeaf, type TreeNode } from "./keytree.ts";

/**
 * The cover of these leaves, in the order of the leaves, by nodes below the root.
 *
 * Two siblings that are both whole are named by their parent, from the leaves upwards, up to level 1.
 * @throws RangeError for a leaf that is not there.
 */
export function completeSubtree(members: Iterable<number>, depth: number): TreeNode[] {
  let whole = [...new Set(members)].sort((a, b) => a - b);
  for (const leaf of whole) checkLeaf(leaf, depth);
  const cover: TreeNode[] = [];
  for (let level = depth; level >= 1; level--) {
    const parents: number[] = [];
    for (let i = 0; i < whole.length; i++) {
      const index = whole[i];
      if (level > 1 && index % 2 === 0 && whole[i + 1] === index + 1) {
        parents.push(index / 2);
        i++;
      } else {
        cover.push({ level, index });
      }
    }
    whole = parents;
  }
  return cover.sort((a, b) => firstLeaf(a, depth) - firstLeaf(b, depth));
}

/** Is that leaf below that node, or the node itself? */
export function isBelow(leaf: number, { level, index }: TreeNode, depth: number): boolean {
  return leaf >>> (depth - level) === index;
}

/** Does every node begin behind the last leaf of the one before? So each leaf is below one of them at most. */
export function isInOrder(cover: readonly TreeNode[], depth: number): boolean {
  let free = 0;
  for (const node of cover) {
    const first = firstLeaf(node, depth);
    if (first < free) return false;
    free = first + 2 ** (depth - node.level);
  }
  return true;
}

function firstLeaf({ level, index }: TreeNode, depth: number): number {
  return index * 2 ** (depth - level);
}
