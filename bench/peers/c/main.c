/* Runs each job once, between marks that a counter of instructions sees, and sends what it made to the console. */
#include "jobs.h"
#include "semihost.h"

uint8_t seed[SEED], key[KEY], context[RSN_CONTEXT], nonce[NONCE], aad[AAD], plain[LONG], sealed[SHORT + TAG];
uint8_t result[ROOM];

__attribute__((noinline)) void mark_call(void) { __asm__ volatile("" ::"i"(1)); }
__attribute__((noinline)) void mark_return(void) { __asm__ volatile("" ::"i"(2)); }

static void nothing(void) {}

/* Kept apart, so that no job is inlined into main and shared with another. */
static const struct {
  void (*run)(void);
  uint32_t octets;
} jobs[] = {
    {nothing, 0},
    {job_hash, HASH},
    {job_kdf, HASH},
    {job_kdf_kept, HASH},
    {job_aes, AES_BLOCK},
    {job_aes_again, AES_BLOCK},
    {job_ccm, SHORT + TAG},
    {job_open, SHORT + 1},
    {job_m2, SHORT + TAG},
    {job_peers_m2, SHORT + TAG + LONG + TAG},
};

int main(void) {
  uint32_t i;
  console_read(seed, SEED);
  console_read(key, KEY);
  console_read(context, RSN_CONTEXT);
  console_read(nonce, NONCE);
  console_read(aad, AAD);
  console_read(plain, LONG);
  console_read(sealed, SHORT + TAG);
  peer_begin();
  for (i = 0; i < sizeof jobs / sizeof *jobs; i++) {
    mark_call();
    jobs[i].run();
    mark_return();
    if (jobs[i].octets) console_write(result, jobs[i].octets);
  }
  return 0;
}
