/** What can be wrong with a store, each told in one clear sentence: what, where, and what would be right. */

export type StoreFault =
  | "missing"
  | "not a store"
  | "newer"
  | "damaged"
  | "wrong KEK"
  | "KEK"
  | "in use"
  | "read-only"
  | "full"
  | "lost";

export class StoreError extends Error {
  override name = "StoreError";
  readonly fault: StoreFault;

  constructor(fault: StoreFault, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.fault = fault;
  }
}

/** EIO: LMDB's word for a write that the disk took a part of only. */
const NOT_WHOLE = new Set<unknown>([5, "EIO"]);
/** Linux error numbers that LMDB hands on (errno.h), and its own (lmdb.h). */
const NO_SPACE = new Set<unknown>([28, 122, 27, "ENOSPC", "EDQUOT", "EFBIG", -30792]);
const NO_WRITE = new Set<unknown>([30, 13, 1, "EROFS", "EACCES", "EPERM"]);

/** A failed write or open of `where`, as the sentence that it stands for. */
export function asStoreError(error: unknown, where: string): StoreError {
  if (error instanceof StoreError) return error;
  const { code, message } = error as { code?: unknown; message: string };
  const options = { cause: error };
  if (NO_SPACE.has(code)) {
    return new StoreError(
      "full",
      `${where}: no space is left, so the last change was not made; all before it is kept`,
      options,
    );
  }
  if (NOT_WHOLE.has(code)) {
    return new StoreError(
      "full",
      `${where}: the disk does not take the last change, as it is full or fails; all before it is kept`,
      options,
    );
  }
  if (NO_WRITE.has(code)) {
    return new StoreError(
      "read-only",
      `${where} cannot be written: the file system is read-only, or this user may not write there`,
      options,
    );
  }
  const told = message.replace(/\s+/g, " ").replace(/\.$/, "");
  return new StoreError("lost", `${where} failed: ${told}; what was committed before is kept`, options);
}
