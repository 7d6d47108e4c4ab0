/* The jobs by BearSSL (bearssl.org), its constant-time 32-bit AES, as its own interface is meant to be used. */
#include <bearssl_aead.h>
#include <bearssl_block.h>
#include <bearssl_hash.h>
#include <bearssl_hmac.h>
#include <inner.h>
#include <string.h>

#include "jobs.h"

enum { KEY_BITS_256 = 256, KEY_BITS_384 = 384, AES_128_ROUNDS = 10 };

static const uint8_t label[] = {'A', 'M', 'P', ' ', 'P', 'T', 'K'};
static const uint8_t rsn_label[] = {'P', 'a', 'i', 'r', 'w', 'i', 's', 'e', ' ', 'k', 'e',
                                    'y', ' ', 'e', 'x', 'p', 'a', 'n', 's', 'i', 'o', 'n'};
static br_hmac_key_context kept;

void peer_begin(void) { br_hmac_key_init(&kept, &br_sha256_vtable, key, KEY); }

void job_hash(void) {
  br_sha256_context hash;
  br_sha256_init(&hash);
  br_sha256_update(&hash, seed, SEED);
  br_sha256_out(&hash, result);
}

/* One iteration of IEEE Std 802.11-2020 12.7.1.6.2. */
static void iterate(const br_hmac_key_context *from, int i, const uint8_t *name, size_t name_octets, size_t octets,
                    int bits, uint8_t *into) {
  const uint8_t head[2] = {(uint8_t)i, 0};
  const uint8_t tail[2] = {(uint8_t)bits, (uint8_t)(bits >> 8)};
  br_hmac_context mac;
  br_hmac_init(&mac, from, 0);
  br_hmac_update(&mac, head, sizeof head);
  br_hmac_update(&mac, name, name_octets);
  br_hmac_update(&mac, context, octets);
  br_hmac_update(&mac, tail, sizeof tail);
  br_hmac_out(&mac, into);
}

void job_kdf_kept(void) { iterate(&kept, 1, label, sizeof label, CONTEXT, KEY_BITS_256, result); }

void job_kdf(void) {
  br_hmac_key_context fresh;
  br_hmac_key_init(&fresh, &br_sha256_vtable, key, KEY);
  iterate(&fresh, 1, label, sizeof label, CONTEXT, KEY_BITS_256, result);
}

static uint32_t schedule[8 * (AES_128_ROUNDS + 1)];

/* Its other lane is empty, as in its own CBC encryption. */
void job_aes_again(void) {
  uint32_t q[8] = {0};
  int i;
  for (i = 0; i < 4; i++) q[2 * i] = br_dec32le(plain + 4 * i);
  br_aes_ct_ortho(q);
  br_aes_ct_bitslice_encrypt(AES_128_ROUNDS, schedule, q);
  br_aes_ct_ortho(q);
  for (i = 0; i < 4; i++) br_enc32le(result + 4 * i, q[2 * i]);
}

void job_aes(void) {
  uint32_t compressed[4 * (AES_128_ROUNDS + 1)];
  br_aes_ct_keysched(compressed, key, AES_KEY);
  br_aes_ct_skey_expand(schedule, AES_128_ROUNDS, compressed);
  job_aes_again();
}

static void ccm(br_aes_ct_ctrcbc_keys *keys, uint8_t *text, size_t length, int is_sealing, br_ccm_context *state) {
  br_ccm_init(state, &keys->vtable);
  br_ccm_reset(state, nonce, NONCE, AAD, length, TAG);
  br_ccm_aad_inject(state, aad, AAD);
  br_ccm_flip(state);
  br_ccm_run(state, is_sealing, text, length);
}

static void seal(br_aes_ct_ctrcbc_keys *keys, size_t length, uint8_t *into) {
  br_ccm_context state;
  memcpy(into, plain, length);
  ccm(keys, into, length, 1, &state);
  br_ccm_get_tag(&state, into + length);
}

void job_ccm(void) {
  br_aes_ct_ctrcbc_keys keys;
  br_aes_ct_ctrcbc_init(&keys, key, AES_KEY);
  seal(&keys, SHORT, result);
}

void job_open(void) {
  br_aes_ct_ctrcbc_keys keys;
  br_ccm_context state;
  br_aes_ct_ctrcbc_init(&keys, key, AES_KEY);
  memcpy(result, sealed, SHORT);
  ccm(&keys, result, SHORT, 0, &state);
  result[SHORT] = (uint8_t)br_ccm_check_tag(&state, sealed + SHORT);
}

void job_m2(void) {
  br_aes_ct_ctrcbc_keys keys;
  job_hash();
  job_kdf_kept();
  job_kdf();
  br_aes_ct_ctrcbc_init(&keys, result + HASH - AES_KEY, AES_KEY);
  seal(&keys, SHORT, result);
}

void job_peers_m2(void) {
  br_hmac_key_context fresh;
  br_aes_ct_ctrcbc_keys keys;
  uint8_t ptk[2 * HASH];
  job_hash();
  br_hmac_key_init(&fresh, &br_sha256_vtable, key, KEY);
  iterate(&fresh, 1, rsn_label, sizeof rsn_label, RSN_CONTEXT, KEY_BITS_384, ptk);
  iterate(&fresh, 2, rsn_label, sizeof rsn_label, RSN_CONTEXT, KEY_BITS_384, ptk + HASH);
  br_aes_ct_ctrcbc_init(&keys, ptk + HASH, AES_KEY);
  seal(&keys, SHORT, result);
  seal(&keys, LONG, result + SHORT + TAG);
}
