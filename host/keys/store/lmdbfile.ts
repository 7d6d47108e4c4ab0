/**
 * A look at an LMDB file before LMDB maps it. LMDB trusts its file: a page that is damaged or not there is a signal which ends
 * the process, not an error. So whatever LMDB would walk through is walked first, by reads that can fail: both trees, from
 * the newer meta page down to the last leaf. The layout is that of lmdb-js's LMDB (mdb.c, MDB_DATA_VERSION 2), little-endian:
 *
 *     page    number(8) ‖ transaction(8) ‖ pad(2) ‖ flags(2) ‖ lower(2) ‖ upper(2) ‖ pointers(2 each) ‖ ... ‖ nodes
 *     meta    head(24) ‖ magic(4) ‖ version(4) ‖ address(8) ‖ map size(8) ‖ free tree(48) ‖ main tree(48) ‖ last page(8) ‖ transaction(8)
 *     tree    pad(4; of the free tree: page size) ‖ flags(2) ‖ depth(2) ‖ branches(8) ‖ leaves(8) ‖ overflow(8) ‖ entries(8) ‖ root(8)
 *     node    low(2) ‖ high(2) ‖ flags(2) ‖ key size(2) ‖ key ‖ data, or the number(8) of the first overflow page
 *
 * lower, upper and pointers count from the end of the page's head. A record of the free tree is count(8) ‖ entries(8 each).
 */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { StoreError } from "./errors.ts";

const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const PAGE_HEAD_OCTETS = 24;
const META = { magic: 24, version: 28, trees: [48, 96], lastPage: 144, transaction: 152, end: 160 } as const;
const TREE = { pageSize: 0, depth: 6, root: 40 } as const;
const PAGE = { number: 0, flags: 18, lower: 20, upper: 22, overflowPages: 20 } as const;
const NODE = { flags: 4, keySize: 6, head: 8, overflow: 8 } as const;
const FLAG = { branch: 0x01, leaf: 0x02, overflow: 0x04 } as const;
const BIG_DATA = 0x01;
const NO_ROOT = 0xffffffffffffffffn;
const PAGE_SIZES = [4096, 8192, 16384, 32768];

interface Meta {
  readonly pageSize: number;
  readonly lastPage: number;
  readonly transaction: bigint;
  readonly trees: readonly { readonly depth: number; readonly root: number | undefined }[];
}

/** Why a file would end LMDB. */
class Damage extends Error {}

/** @throws StoreError for what is no LMDB file, or is damaged where LMDB would walk. */
export function checkLmdbFile(path: string, where: string): void {
  const file = openSync(path, "r");
  try {
    const before = newestMeta(file, where);
    try {
      new Walk(file, before).walk();
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
      // Beside a process that writes, pages are used again while they are read: that says nothing.
      if (newestMeta(file, where).transaction !== before.transaction) return;
      throw new StoreError("damaged", `${where} is damaged: ${error.message}; restore it from a copy`);
    }
  } finally {
    closeSync(file);
  }
}

function newestMeta(file: number, where: string): Meta {
  const first = metaAt(file, 0);
  if (!first) throw new StoreError("not a store", `${where} is no key store: its data.mdb is no LMDB file`);
  const second = metaAt(file, first.pageSize);
  if (!second || second.pageSize !== first.pageSize) {
    throw new StoreError("damaged", `${where} is damaged: its second page is no meta page; restore it from a copy`);
  }
  return second.transaction > first.transaction ? second : first;
}

function metaAt(file: number, at: number): Meta | undefined {
  const octets = new Uint8Array(META.end);
  if (readSync(file, octets, 0, META.end, at) < META.end) return undefined;
  const fields = new DataView(octets.buffer);
  if (fields.getUint32(META.magic, true) !== MAGIC || fields.getUint32(META.version, true) !== DATA_VERSION)
    return undefined;
  const pageSize = fields.getUint32(META.trees[0] + TREE.pageSize, true);
  if (!PAGE_SIZES.includes(pageSize)) return undefined;
  const trees = META.trees.map((tree) => {
    const root = fields.getBigUint64(tree + TREE.root, true);
    return { depth: fields.getUint16(tree + TREE.depth, true), root: root === NO_ROOT ? undefined : Number(root) };
  });
  const lastPage = Number(fields.getBigUint64(META.lastPage, true));
  return { pageSize, lastPage, trees, transaction: fields.getBigUint64(META.transaction, true) };
}

/** One tree, page by page: every number that LMDB would follow is looked at before it is followed. */
class Walk {
  readonly #file: number;
  readonly #meta: Meta;
  readonly #fileOctets: number;
  readonly #seen = new Set<number>();
  #isFreeTree = false;
  /** The records of the free tree. */
  readonly #freeLists: DataView[] = [];

  constructor(file: number, meta: Meta) {
    this.#file = file;
    this.#meta = meta;
    this.#fileOctets = fstatSync(file).size;
  }

  walk(): void {
    for (const [i, { depth, root }] of this.#meta.trees.entries()) {
      if (root === undefined) continue;
      if (depth < 1) throw new Damage("a tree has a root and no depth");
      this.#isFreeTree = i === 0;
      this.#page(root, depth);
    }
    for (const list of this.#freeLists) this.#free(list);
  }

  /** `depth`: 1 is a leaf's. */
  #page(number: number, depth: number): void {
    const page = this.#read(number, 1);
    const { pageSize } = this.#meta;
    if (page.getUint16(PAGE.flags, true) !== (depth === 1 ? FLAG.leaf : FLAG.branch)) {
      throw new Damage(`page ${number} is not of the kind that its place in the tree has`);
    }
    const [lower, upper] = [PAGE.lower, PAGE.upper].map((at) => PAGE_HEAD_OCTETS + page.getUint16(at, true));
    if (lower <= PAGE_HEAD_OCTETS || lower > upper || upper > pageSize || lower % 2 !== 0) {
      throw new Damage(`page ${number} has no room for what it says to hold`);
    }
    for (let pointer = PAGE_HEAD_OCTETS; pointer < lower; pointer += 2) {
      const node = PAGE_HEAD_OCTETS + page.getUint16(pointer, true);
      if (node < upper || node + NODE.head > pageSize) throw new Damage(`page ${number} points outside itself`);
      if (depth === 1) this.#leaf(page, number, node);
      else this.#page(childOf(page, node), depth - 1);
    }
  }

  #leaf(page: DataView, number: number, node: number): void {
    const flags = page.getUint16(node + NODE.flags, true);
    const data = node + NODE.head + page.getUint16(node + NODE.keySize, true);
    const octets = page.getUint32(node, true);
    const end = data + (flags === BIG_DATA ? NODE.overflow : octets);
    if ((flags !== 0 && flags !== BIG_DATA) || end > this.#meta.pageSize) {
      throw new Damage(`page ${number} holds a record that is longer than the page`);
    }
    if (flags !== BIG_DATA) {
      if (this.#isFreeTree) this.#freeLists.push(new DataView(page.buffer, data, octets));
      return;
    }
    const pages = Math.ceil((PAGE_HEAD_OCTETS + octets) / this.#meta.pageSize);
    const first = Number(page.getBigUint64(data, true));
    const overflow = this.#read(first, pages);
    if (
      overflow.getUint16(PAGE.flags, true) !== FLAG.overflow ||
      overflow.getUint32(PAGE.overflowPages, true) < pages
    ) {
      throw new Damage(`page ${first} is not of the record that page ${number} has there`);
    }
    if (this.#isFreeTree) this.#freeLists.push(new DataView(overflow.buffer, PAGE_HEAD_OCTETS, octets));
  }

  /** Pages that LMDB may write over next: none that is in use, and each once. An entry below 0 is the length of the next. */
  #free(list: DataView): void {
    const count = Number(list.getBigInt64(0, true));
    if (count < 0 || (count + 1) * 8 > list.byteLength)
      throw new Damage("a list of free pages is longer than its record");
    let length = 1;
    for (let i = 1; i <= count; i++) {
      const entry = Number(list.getBigInt64(8 * i, true));
      if (entry < 0) length = -entry;
      if (entry <= 0) continue;
      if (entry < 2 || entry + length - 1 > this.#meta.lastPage)
        throw new Damage(`page ${entry} is free, and there is none`);
      for (let page = entry; page < entry + length; page++) {
        if (this.#seen.has(page)) throw new Damage(`page ${page} is free, and in use`);
        this.#seen.add(page);
      }
      length = 1;
    }
  }

  /** So many pages, from that one on. */
  #read(number: number, pages: number): DataView {
    const { pageSize, lastPage } = this.#meta;
    if (number < 2 || number + pages - 1 > lastPage) throw new Damage(`it names page ${number}, of ${lastPage}`);
    for (let page = number; page < number + pages; page++) {
      if (this.#seen.has(page)) throw new Damage(`page ${page} has two places in the tree`);
      this.#seen.add(page);
    }
    if ((number + pages) * pageSize > this.#fileOctets) {
      throw new Damage(`it ends after ${this.#fileOctets} octets, before page ${number + pages}`);
    }
    const octets = new Uint8Array(pages * pageSize);
    readSync(this.#file, octets, 0, octets.length, number * pageSize);
    const page = new DataView(octets.buffer);
    if (Number(page.getBigUint64(PAGE.number, true)) !== number) throw new Damage(`page ${number} is another one`);
    return page;
  }
}

/** low ‖ high ‖ flags are the number of the page below, least significant first. */
function childOf(page: DataView, node: number): number {
  return page.getUint32(node, true) + page.getUint16(node + NODE.flags, true) * 2 ** 32;
}
