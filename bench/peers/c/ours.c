/* The jobs by build/jobs.wasm, made C by wasm2c. */
#include <string.h>

#include "jobs.h"
#include "semihost.h"
#include "station.h"

/* Offsets in IO: assembly/host/jobs.ts. */
enum { IO_SEED = 0, IO_CONTEXT = 48, IO_KEY = 128, IO_NONCE = 160, IO_AAD = 176, IO_AES_KEY = 200, IO_PLAIN = 216 };
enum { IO_OUT = 352, MIDSTATES = 288 };

u8 station_memory[MEMORY_ROOM] __attribute__((aligned(8)));
static Z_station_instance_t module;
static u8 *io;
static u8 kept[64];

void wasm_rt_trap(wasm_rt_trap_t trap) { leave(100 + (int)trap); }
bool wasm_rt_is_initialized(void) { return true; }
void wasm_rt_free_memory(wasm_rt_memory_t *memory) { (void)memory; }
uint32_t wasm_rt_register_func_type(uint32_t parameters, uint32_t results, ...) { return parameters + results; }
void wasm_rt_allocate_memory(wasm_rt_memory_t *memory, uint32_t pages, uint32_t most) {
  memory->data = station_memory;
  memory->pages = pages;
  memory->max_pages = most;
  memory->size = MEMORY_OCTETS;
}

void peer_begin(void) {
  Z_station_init_module();
  Z_station_instantiate(&module);
  io = station_memory + Z_stationZ_io(&module);
  memcpy(io + IO_SEED, seed, SEED);
  memcpy(io + IO_KEY, key, KEY);
  memcpy(io + IO_CONTEXT, context, RSN_CONTEXT);
  memcpy(io + IO_NONCE, nonce, NONCE);
  memcpy(io + IO_AAD, aad, AAD);
  memcpy(io + IO_AES_KEY, key, AES_KEY);
  Z_stationZ_midstates(&module);
  memcpy(kept, io + MIDSTATES, sizeof kept);
}

static void hand_out(u32 octets) { memcpy(result, io + IO_OUT, octets); }

void job_hash(void) {
  Z_stationZ_hash(&module, SEED);
  hand_out(HASH);
}

void job_kdf_kept(void) {
  memcpy(io + MIDSTATES, kept, sizeof kept);
  Z_stationZ_kdf(&module, CONTEXT);
  hand_out(HASH);
}

void job_kdf(void) {
  Z_stationZ_midstates(&module);
  Z_stationZ_kdf(&module, CONTEXT);
  hand_out(HASH);
}

static void hand_out_block(void) { memcpy(result, io + IO_OUT, AES_BLOCK); }

void job_aes(void) {
  memcpy(io + IO_PLAIN, plain, AES_BLOCK);
  Z_stationZ_aes(&module);
  hand_out_block();
}

void job_aes_again(void) {
  memcpy(io + IO_PLAIN, plain, AES_BLOCK);
  Z_stationZ_aesAgain(&module);
  hand_out_block();
}

static void ccm(const u8 *text, u32 length, u8 *into, u32 is_opening) {
  memcpy(io + IO_PLAIN, text, length);
  Z_stationZ_seal(&module, length, is_opening);
  memcpy(into, io + IO_OUT, length + TAG);
}

void job_ccm(void) { ccm(plain, SHORT, result, 0); }

void job_open(void) {
  u32 difference = 0, i;
  ccm(sealed, SHORT, result, 1);
  for (i = 0; i < TAG; i++) difference |= result[SHORT + i] ^ sealed[SHORT + i];
  result[SHORT] = difference == 0;
}

void job_m2(void) {
  job_hash();
  job_kdf_kept();
  job_kdf();
  memcpy(io + IO_AES_KEY, result + HASH - AES_KEY, AES_KEY);
  ccm(plain, SHORT, result, 0);
  memcpy(io + IO_AES_KEY, key, AES_KEY);
}

void job_peers_m2(void) {
  job_hash();
  Z_stationZ_midstates(&module);
  Z_stationZ_kdf384(&module);
  memcpy(io + IO_AES_KEY, io + IO_OUT + HASH, AES_KEY);
  ccm(plain, SHORT, result, 0);
  ccm(plain, LONG, result + SHORT + TAG, 0);
  memcpy(io + IO_AES_KEY, key, AES_KEY);
}
