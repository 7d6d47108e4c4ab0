/*
 * An AP, which is its own key service, of one device (tests/primitives/imports/peer.ts): module `peer`, after this file's
 * name. What makes a frame or a payload writes it to `out` and answers its octets.
 */

/** A new AP that holds the device's root of a generation. `modifier` 0: direct mode. */
export declare function open(aa: usize, modifier: usize, spa: usize, generation: i32, root: usize): void;
/** The ANonce of the next M1. */
export declare function setNonce(aNonce: usize, length: i32): void;
/** M1, each time with another ANonce. */
export declare function trigger(profile: i32, dlData: usize, length: i32, broadcast: bool, out: usize): i32;
/** Takes an M2: its reading, or -1. */
export declare function respond(m2: usize, length: i32, out: usize): i32;
/** M3, in the mode of the M2, or with a command. Made once a session. */
export declare function confirm(payload: usize, length: i32, out: usize): i32;
export declare function command(payload: usize, length: i32, out: usize): i32;
/** DL Data. */
export declare function data(payload: usize, length: i32, pn: i32, out: usize): i32;
/** Takes a UL Data frame: its payload, or -1. */
export declare function receive(frame: usize, length: i32, out: usize): i32;

/** The octets of the UPDATE that takes the root of `generation` to the next, 26. */
export declare function update(root: usize, generation: i32, modifierPrime: usize, out: usize): i32;
/** KCK ‖ TK of the session, 32 octets; the PMK under a root, 32; the root that UPDATE makes, 32; the proof, 10. */
export declare function ptk(out: usize): void;
export declare function pmk(root: usize, out: usize): void;
export declare function nextRoot(root: usize, generation: i32, modifierPrime: usize, out: usize): void;
export declare function proof(root: usize, generation: i32, out: usize): void;
