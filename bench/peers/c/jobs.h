/*
 * The jobs of bench/peers: cryptography that this project's module and a C library do alike, from the same inputs. Every job
 * leaves its results in `result`, which the other end of the console compares.
 */
#ifndef JOBS_H
#define JOBS_H

#include <stdint.h>

enum { SEED = 46, KEY = 32, CONTEXT = 44, RSN_CONTEXT = 76, NONCE = 13, AAD = 22, SHORT = 16, LONG = 64, TAG = 8 };
enum { HASH = 32, AES_KEY = 16, AES_BLOCK = 16, ROOM = 192 };

extern uint8_t seed[SEED], key[KEY], context[RSN_CONTEXT], nonce[NONCE], aad[AAD], plain[LONG], sealed[SHORT + TAG];
extern uint8_t result[ROOM];

/* Before the first job, not counted. */
void peer_begin(void);

/* SHA-256 of the seed: one block. 32 octets. */
void job_hash(void);
/* KDF-256 of the context from the key: the pads, then one block each. 32 octets. */
void job_kdf(void);
/* The same from what a key's midstates were kept as. 32 octets. */
void job_kdf_kept(void);
/* AES of the plaintext's first block, its key schedule included; the same again under the schedule that is kept. 16 octets. */
void job_aes(void);
void job_aes_again(void);
/* AES-CCM of the short plaintext, its key schedule included. 24 octets. */
void job_ccm(void);
/* The inverse, and whether the tag fits. 16 octets and a 1. */
void job_open(void);
/* The parts of an M2 of this profile: the hash, a KDF from midstates, a KDF from the key, CCM under its second half. 24 octets. */
void job_m2(void);
/* The M2 that the cited peers were measured with: the hash, RSN's PTK of 384 bits, CCM of both plaintexts under its TK. 96 octets. */
void job_peers_m2(void);

#endif
