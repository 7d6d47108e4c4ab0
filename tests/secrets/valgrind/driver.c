/*
 * Plays a tape (tape.ts) on the station as C (wasm2c), with everything that is secret marked undefined: memcheck then
 * reports each branch and each address that comes of it (the method of ctgrind).
 *
 *   driver TAPE FAULT        FAULT: the number of a fault planted into the module (-DPLANTED), else 0
 *
 * Undefined: midstates of roots and of the cached PMK in the NVM record, noise, readings that are to be encrypted. What
 * goes on the air, what an export answers, and the generation octets that are written to NVM (every frame carries them) are
 * public from then on. Nothing else is declared defined.
 *
 * Written for wasm2c of wabt 1.0.32. The runtime is this file: no signal handlers, bounds checks in the code.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <valgrind/memcheck.h>

#include "station.h"

enum { NVM_OCTETS = 268, RX_OCTETS = 72, TX_OCTETS = 72, PAYLOAD_OCTETS = 64, NOISE_OCTETS = 32 };
enum { RX_BUFFER, TX_BUFFER, PAYLOAD_BUFFER, BOOT, SET_PAYLOAD, RECEIVE, SEND, RECEIVED, TRIGGER_DATA, STATE };
enum { ENTROPY, NVM_READ, NVM_WRITE };
/* of slot A, slot B and cache */
static const int GENERATION[] = {32, 104, 176};
/* the midstates in slot A, slot B and cache */
static const struct { int at, octets; } SECRET[] = {{36, 64}, {108, 64}, {200, 64}};

struct Z_env_instance_t {
  const uint8_t *next; /* what the imports of this call answer */
  int left;
};

static struct Z_env_instance_t env;
static Z_station_instance_t station, fresh;
static uint8_t nvm[NVM_OCTETS];
static char name[256];
static uint8_t *tape;
#ifdef PLANTED
static u32 plant;
#endif

static void broken(const char *what) {
  fprintf(stderr, "driver: %s: %s\n", name, what);
  exit(2);
}

/* ---- what wasm2c's code asks of its runtime */

uint32_t wasm_rt_call_stack_depth;
void wasm_rt_trap(wasm_rt_trap_t trap) {
  (void)trap;
  broken("trap");
  abort();
}
bool wasm_rt_is_initialized(void) { return true; }
uint32_t wasm_rt_register_func_type(uint32_t parameters, uint32_t results, ...) { return parameters + results; }
void wasm_rt_allocate_memory(wasm_rt_memory_t *made, uint32_t pages, uint32_t most) {
  made->data = calloc(pages, 65536);
  made->pages = pages;
  made->max_pages = most;
  made->size = pages * 65536;
}
void wasm_rt_free_memory(wasm_rt_memory_t *made) { free(made->data); }

/* ---- the three imports */

static int fails(int kind) {
  if (env.left-- == 0) broken("an import more than on the tape");
  if (env.next[0] != kind) broken("another import than on the tape");
  const int failed = env.next[1];
  env.next += 2;
  return failed;
}

u32 Z_envZ_entropy(struct Z_env_instance_t *unused, u32 at, u32 length) {
  (void)unused;
  const int failed = fails(ENTROPY);
  memcpy(station.w2c_memory.data + at, env.next, length);
  VALGRIND_MAKE_MEM_UNDEFINED(station.w2c_memory.data + at, length);
  env.next += NOISE_OCTETS;
  return failed ? (u32)-1 : 0;
}

u32 Z_envZ_nvmRead(struct Z_env_instance_t *unused, u32 offset, u32 at, u32 length) {
  (void)unused;
  if (fails(NVM_READ)) return (u32)-1;
  memcpy(station.w2c_memory.data + at, nvm + offset, length);
  return 0;
}

u32 Z_envZ_nvmWrite(struct Z_env_instance_t *unused, u32 offset, u32 at, u32 length) {
  (void)unused;
  const int failed = fails(NVM_WRITE);
  memcpy(nvm + offset, station.w2c_memory.data + at, failed ? length / 2 : length);
  for (unsigned i = 0; i < sizeof GENERATION / sizeof *GENERATION; i++) VALGRIND_MAKE_MEM_DEFINED(nvm + GENERATION[i], 1);
  return failed ? (u32)-1 : 0;
}

/* ---- the tape */

static void powerUp(void) {
  if (station.w2c_memory.data) free(station.w2c_memory.data);
  memset(&station, 0, sizeof station);
  Z_station_instantiate(&station, &env);
  fresh = station;
#ifdef PLANTED
  Z_stationZ_plant(&station, plant);
#endif
}

static void newRecord(const uint8_t *octets) {
  memcpy(nvm, octets, NVM_OCTETS);
  for (unsigned i = 0; i < sizeof SECRET / sizeof *SECRET; i++) {
    int isThere = 0;
    for (int k = 0; k < SECRET[i].octets; k++) isThere |= nvm[SECRET[i].at + k];
    if (isThere) VALGRIND_MAKE_MEM_UNDEFINED(nvm + SECRET[i].at, SECRET[i].octets);
  }
}

static int32_t called(int call, uint32_t a, uint32_t b) {
  switch (call) {
    case RX_BUFFER: return (int32_t)Z_stationZ_amp_rx_buffer(&station);
    case TX_BUFFER: return (int32_t)Z_stationZ_amp_tx_buffer(&station);
    case PAYLOAD_BUFFER: return (int32_t)Z_stationZ_amp_payload_buffer(&station);
    case BOOT: return (int32_t)Z_stationZ_amp_boot(&station);
    case SET_PAYLOAD: return (int32_t)Z_stationZ_amp_set_payload(&station, a, b);
    case RECEIVE: return (int32_t)Z_stationZ_amp_receive(&station, a);
    case SEND: return (int32_t)Z_stationZ_amp_send(&station);
    case RECEIVED: return (int32_t)Z_stationZ_amp_received(&station);
    case TRIGGER_DATA: return (int32_t)Z_stationZ_amp_trigger_data(&station);
    default: return (int32_t)Z_stationZ_amp_state(&station);
  }
}

static uint32_t word(const uint8_t *at) { return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24; }

/* A call; what lies behind it on the tape. */
static const uint8_t *play(const uint8_t *entry) {
  uint8_t *memory = station.w2c_memory.data;
  const int call = entry[0];
  const uint32_t a = word(entry + 1), b = word(entry + 5);
  const uint8_t *rx = entry + 13, *tx = rx + RX_OCTETS, *payload = tx + TX_OCTETS;
  uint8_t *into = memory + Z_stationZ_amp_payload_buffer(&station);
  if (call == RECEIVE) memcpy(memory + Z_stationZ_amp_rx_buffer(&station), rx, RX_OCTETS);
  if (call == SET_PAYLOAD) {
    memcpy(into, payload, PAYLOAD_OCTETS);
    if (b == 1) VALGRIND_MAKE_MEM_UNDEFINED(into, PAYLOAD_OCTETS);
  }
  env.left = payload[PAYLOAD_OCTETS];
  env.next = payload + PAYLOAD_OCTETS + 1;
  int32_t result = called(call, a, b);
  VALGRIND_MAKE_MEM_DEFINED(&result, sizeof result);
  if (result != (int32_t)word(entry + 9)) broken("another answer than on the tape");
  if (env.left) broken("an import less than on the tape");
  if (result > 0 && (call == RECEIVE || call == SEND)) {
    uint8_t *sent = memory + Z_stationZ_amp_tx_buffer(&station);
    VALGRIND_MAKE_MEM_DEFINED(sent, (size_t)result);
    if (memcmp(sent, tx, (size_t)result) != 0) broken("another frame than on the tape");
  }
  return env.next;
}

int main(int argc, char **argv) {
  FILE *file = argc == 3 ? fopen(argv[1], "rb") : NULL;
  if (!file || fseek(file, 0, SEEK_END)) broken("no tape");
  const long size = ftell(file);
  tape = malloc((size_t)size);
  rewind(file);
  if (fread(tape, 1, (size_t)size, file) != (size_t)size) broken("no tape");
#ifdef PLANTED
  plant = (u32)atoi(argv[2]);
#endif
  Z_station_init_module();
  unsigned stories = 0, calls = 0;
  for (const uint8_t *at = tape; at < tape + size;) switch (*at++) {
      case 'P':
        memcpy(name, at + 1, at[0]);
        name[at[0]] = 0;
        at += 1 + at[0];
        powerUp();
        stories++;
        break;
      case 'B': {
        const wasm_rt_memory_t kept = station.w2c_memory;
        station = fresh;
        station.w2c_memory = kept;
        break;
      }
      case 'N':
        newRecord(at);
        at += NVM_OCTETS;
        break;
      default:
        at = play(at);
        calls++;
    }
  printf("%u stories, %u calls\n", stories, calls);
  return 0;
}
