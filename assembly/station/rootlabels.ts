/*
 * What the two commands about roots have in common, by Modifier' (PROTOCOL.md 6, update.ts) and by EAP (RSN.md 9, ../rsn/adopt.ts):
 * opcodes, the answer, and the labels.
 */
export const PROVE: i32 = 0x02;
/** 0x81 ‖ generation(1) ‖ proof(8). */
export const PROOF: i32 = 0x81;
export const PROOF_SIZE: i32 = 10;

/** "AMP root", and what follows it in the labels, first octet lowest; longer ones are cut by the context. */
export const AMP_ROOT: u64 = 0x746f6f7220504d41;
export const AUTH: u64 = 0x6874756120; // " auth"
export const KEY_PROOF: u64 = 0x666f6f727020; // " proof"
