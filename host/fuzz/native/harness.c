/*
 * The station as C (wasm2c) under libFuzzer with the address and undefined-behaviour sanitizers. Inputs are sequences in
 * the format of station/step.ts; steps that need an AP do nothing here, the seeds have the frames in their place.
 *
 * The module's memory is cut to the octets below __heap_base, in an allocation of just that size: an access beyond it
 * traps in the module's own bounds check, and one past that check is the address sanitizer's. The runtime is this file:
 * wasm2c's own installs signal handlers that the sanitizers want for themselves.
 *
 * Written for wasm2c of wabt 1.0.32. world.h (generated) has IMAGE, NOISE, GARBAGE and the memory map.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "station.h"
#include "world.h"

enum { STEPS_MAX = 24, OCTETS_MAX = 72, TAMPERS_MAX = 4, KINDS = 16 };
enum { BOOT, PAYLOAD, RECEIVE, SEND, RECEIVED, TRIGGER_DATA, POWER, NVM, FAULT };
enum { NO_FAULT, ENTROPY_FAILS, ENTROPY_STUCK, READ_FAILS, WRITE_FAILS, FAULTS };
enum { RAM_LOST, RAM_KEPT, RAM_RANDOM, RAM_POLICIES };
enum { NVM_OCTETS = 268, NOISES = 8, STATUS_LAST = -19 };
/* station statuses that come behind the MIC of an M3, or while an M1 looks at NVM and source once more */
enum { ENTROPY_FAILED = -11, NVM_FAILED = -12, BAD_COMMAND = -18 };

struct Z_env_instance_t {
  int asked;
};

static struct Z_env_instance_t env;
static Z_station_instance_t station, fresh;
static uint8_t *memory, *before, *freshMemory;
static uint32_t heapBase, rx, tx, payload, ramAt;
static uint8_t nvm[NVM_OCTETS];
static int fault, left, cycle;
static unsigned written;

static void broken(const char *rule, const char *what) {
  fprintf(stderr, "ampcore: %s: %s\n", rule, what);
  abort();
}

/* ---- what wasm2c's code asks of its runtime */

uint32_t wasm_rt_call_stack_depth;

void wasm_rt_trap(wasm_rt_trap_t trap) {
  char what[32];
  snprintf(what, sizeof what, "code %d", (int)trap);
  broken("trap", what);
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

static uint8_t *pointed(const char *name, uint32_t at, uint32_t length) {
  if (!env.asked) broken("imports", "called from neither amp_boot nor amp_receive");
  if (at > heapBase || length > heapBase - at) broken("imports", name);
  return memory + at;
}

static void inRecord(const char *name, uint32_t offset, uint32_t length) {
  if (offset > NVM_OCTETS || length > NVM_OCTETS - offset) broken("imports", name);
}

static int fails(int kind) {
  if (fault != kind) return 0;
  if (left == 0) return 1;
  left--;
  return 0;
}

u32 Z_envZ_entropy(struct Z_env_instance_t *unused, u32 at, u32 length) {
  uint8_t *into = pointed("entropy", at, length);
  (void)unused;
  for (uint32_t i = 0; i < length; i++) into[i] = NOISE[cycle % NOISES][i % 32];
  if (fault == ENTROPY_STUCK)
    for (uint32_t i = (uint32_t)left; i < length; i++) into[i] = into[0];
  return fault == ENTROPY_FAILS ? (u32)-1 : 0;
}

u32 Z_envZ_nvmRead(struct Z_env_instance_t *unused, u32 offset, u32 at, u32 length) {
  uint8_t *into = pointed("nvmRead", at, length);
  (void)unused;
  inRecord("nvmRead", offset, length);
  if (fails(READ_FAILS)) return (u32)-1;
  memcpy(into, nvm + offset, length);
  return 0;
}

u32 Z_envZ_nvmWrite(struct Z_env_instance_t *unused, u32 offset, u32 at, u32 length) {
  const uint8_t *from = pointed("nvmWrite", at, length);
  (void)unused;
  inRecord("nvmWrite", offset, length);
  const int failed = fails(WRITE_FAILS);
  const uint32_t complete = failed ? length / 2 : length;
  memcpy(nvm + offset, from, complete);
  written += complete;
  return failed ? (u32)-1 : 0;
}

/* ---- the device */

static void powerUp(int policy) {
  if (policy == RAM_LOST) memcpy(memory, freshMemory, heapBase);
  if (policy == RAM_RANDOM) memcpy(memory, GARBAGE, ramAt + RAM_OCTETS);
  memcpy(memory + ramAt + RAM_OCTETS, freshMemory + ramAt + RAM_OCTETS, heapBase - ramAt - RAM_OCTETS);
  memcpy(&station, &fresh, sizeof station);
  fault = NO_FAULT;
  cycle++;
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  Z_station_init_module();
  Z_station_instantiate(&station, &env);
  heapBase = *Z_stationZ___heap_base(&station);
  memory = malloc(heapBase);
  before = malloc(heapBase);
  freshMemory = malloc(heapBase);
  memcpy(freshMemory, station.w2c_memory.data, heapBase);
  free(station.w2c_memory.data);
  station.w2c_memory.data = memory;
  station.w2c_memory.size = heapBase;
  fresh = station;
  rx = Z_stationZ_amp_rx_buffer(&station);
  tx = Z_stationZ_amp_tx_buffer(&station);
  payload = Z_stationZ_amp_payload_buffer(&station);
  ramAt = rx - RX_AT;
  return 0;
}

static int changed(uint32_t from, uint32_t end) { return memcmp(memory + from, before + from, end - from) != 0; }

/* One word may have moved within scratch memory: the cursor of the message that was last hashed. */
static int changedGlobals(const Z_station_instance_t *was) {
  const size_t words = offsetof(Z_station_instance_t, w2c_memory) / sizeof(u32);
  const u32 *a = (const u32 *)(const void *)was, *b = (const u32 *)(const void *)&station;
  int moved = 0;
  for (size_t i = 0; i < words; i++) {
    if (a[i] == b[i]) continue;
    if (b[i] < ramAt || b[i] > ramAt + SCRATCH_OCTETS || moved++) return 1;
  }
  return 0;
}

static void refused(const Z_station_instance_t *was, int mayBeginAnew) {
  if (written) broken("unchanged", "refused, and NVM was written");
  if (changed(0, ramAt) || changed(ramAt + SCRATCH_OCTETS, ramAt + ENTROPY_AT) ||
      changed(ramAt + ENTROPY_AT + 32, rx) || changed(rx + OCTETS_MAX, heapBase))
    broken("unchanged", "refused, and memory outside scratch changed");
  if (mayBeginAnew) return;
  if (changed(ramAt + ENTROPY_AT, ramAt + ENTROPY_AT + 32)) broken("unchanged", "refused, and the noise changed");
  if (changedGlobals(was)) broken("unchanged", "refused, and a global changed");
}

static void play(int kind, int a, int b, const uint8_t *octets, unsigned count) {
  const Z_station_instance_t was = station;
  int32_t result = 0;
  written = 0;
  if (kind == RECEIVE) memcpy(memory + rx, octets, count);
  if (kind == PAYLOAD) memcpy(memory + payload, octets, count < 64 ? count : 64);
  memcpy(before, memory, heapBase);
  env.asked = kind == BOOT || kind == RECEIVE;
  switch (kind) {
    case BOOT: result = (int32_t)Z_stationZ_amp_boot(&station); break;
    case PAYLOAD: result = (int32_t)Z_stationZ_amp_set_payload(&station, (u32)(int16_t)a, (u32)b); break;
    case RECEIVE: result = (int32_t)Z_stationZ_amp_receive(&station, (u32)(int16_t)a); break;
    case SEND: result = (int32_t)Z_stationZ_amp_send(&station); break;
    case RECEIVED: result = (int32_t)Z_stationZ_amp_received(&station); break;
    default: result = (int32_t)Z_stationZ_amp_trigger_data(&station); break;
  }
  env.asked = 0;
  if (result < STATUS_LAST || result > 71) broken("status", "no status and no length");
  if (result > 0 && (kind == BOOT || kind == PAYLOAD)) broken("status", "neither 0 nor a status");
  if (Z_stationZ_amp_state(&station) > 3) broken("status", "no state");
  if (result >= 0 || kind == BOOT) return;
  const int isTrigger = count > 0 && octets[0] == 0x08;
  if (kind == RECEIVE && !isTrigger && (result == BAD_COMMAND || result == NVM_FAILED)) return;
  refused(&was, isTrigger && (result == NVM_FAILED || result == ENTROPY_FAILED));
}

static unsigned crc16(const uint8_t *octets, unsigned count) {
  unsigned crc = 0xffff;
  for (unsigned i = 0; i < count; i++) {
    crc ^= octets[i];
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1;
  }
  return crc ^ 0xffff;
}

/* The next step of a sequence: its length there, and its fields. */
struct step {
  int kind, a, b;
  unsigned count;
  const uint8_t *octets;
};

static size_t next(const uint8_t *data, size_t size, struct step *step) {
  if (size < 7) return 0;
  step->kind = data[0] % KINDS;
  step->a = data[1] | data[2] << 8;
  step->b = data[3] | data[4] << 8;
  step->count = data[5] % (OCTETS_MAX + 1);
  step->octets = data + 6;
  const size_t behind = 6 + (size_t)step->count;
  if (behind >= size) return 0;
  const size_t end = behind + 1 + 3 * (size_t)(data[behind] % (TAMPERS_MAX + 1));
  return end <= size ? end : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct step step;
  memcpy(nvm, IMAGE, NVM_OCTETS);
  cycle = -1;
  powerUp(RAM_LOST);
  for (int steps = 0; steps < STEPS_MAX; steps++) {
    const size_t length = next(data, size, &step);
    if (length == 0) break;
    data += length;
    size -= length;
    if (step.kind < POWER) play(step.kind, step.a, step.b, step.octets, step.count);
    if (step.kind == POWER) powerUp(step.a % RAM_POLICIES);
    if (step.kind == FAULT) fault = step.a % FAULTS, left = step.b;
    if (step.kind == NVM)
      for (unsigned i = 0, at = (unsigned)step.a % NVM_OCTETS; i < step.count && at + i < NVM_OCTETS; i++)
        nvm[at + i] = step.octets[i];
  }
  return 0;
}

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);

/* libFuzzer's own mutation; half of the time the frames get a right length and FCS behind it. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed) {
  const size_t mutated = LLVMFuzzerMutate(data, size, most);
  struct step step;
  if (seed & 1) return mutated;
  for (size_t at = 0, length; (length = next(data + at, mutated - at, &step)) > 0; at += length) {
    if (step.kind != RECEIVE || step.count < 8) continue;
    uint8_t *frame = data + at + 6;
    const unsigned crc = crc16(frame, step.count - 2);
    data[at + 1] = (uint8_t)step.count;
    data[at + 2] = 0;
    frame[step.count - 2] = (uint8_t)crc;
    frame[step.count - 1] = (uint8_t)(crc >> 8);
  }
  return mutated;
}
