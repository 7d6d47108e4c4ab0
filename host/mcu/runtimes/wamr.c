/*
 * The station in the WebAssembly Micro Runtime (https://github.com/bytecodealliance/wasm-micro-runtime, Apache-2.0 WITH
 * LLVM-exception), classic interpreter. Written against the public API of 2.x; with __heap_base and __data_end exported it
 * cuts the module's memory to what lies below them.
 */
#include <stddef.h>
#include <string.h>

#include "runtime.h"
#include "station.h"
#include "wasm_export.h"

enum { POOL_OCTETS = 12 * 1024, STACK_OCTETS = 1024, MODULE_OCTETS_MAX = 16 * 1024, ERROR_OCTETS = 64 };

static uint8_t pool[POOL_OCTETS];
/* The loader writes into the module that it is given, so it gets a copy. */
static uint8_t copied[MODULE_OCTETS_MAX];
static wasm_module_inst_t instance;
static wasm_exec_env_t environment;

enum { RX, TX, PAYLOAD, BOOT, SET_PAYLOAD, RECEIVE, SEND, RECEIVED, TRIGGER_DATA, STATE, EXPORTS };
static const char *const NAMES[EXPORTS] = {"amp_rx_buffer", "amp_tx_buffer", "amp_payload_buffer", "amp_boot",
                                           "amp_set_payload", "amp_receive", "amp_send", "amp_received",
                                           "amp_trigger_data", "amp_state"};
static wasm_function_inst_t functions[EXPORTS];

static int32_t entropy(wasm_exec_env_t from, int32_t pointer, int32_t length) {
  (void)from;
  return amp_env_entropy(pointer, length);
}

static int32_t nvmRead(wasm_exec_env_t from, int32_t offset, int32_t pointer, int32_t length) {
  (void)from;
  return amp_env_nvmRead(offset, pointer, length);
}

static int32_t nvmWrite(wasm_exec_env_t from, int32_t offset, int32_t pointer, int32_t length) {
  (void)from;
  return amp_env_nvmWrite(offset, pointer, length);
}

int runtime_open(const uint8_t *module, uint32_t octets) {
  static NativeSymbol imports[] = {
      {"entropy", (void *)entropy, "(ii)i", NULL},
      {"nvmRead", (void *)nvmRead, "(iii)i", NULL},
      {"nvmWrite", (void *)nvmWrite, "(iii)i", NULL},
  };
  char error[ERROR_OCTETS];
  RuntimeInitArgs options;
  wasm_module_t loaded;
  int i;
  if (octets > sizeof copied) return -1;
  memcpy(copied, module, octets);
  memset(&options, 0, sizeof options);
  options.mem_alloc_type = Alloc_With_Pool;
  options.mem_alloc_option.pool.heap_buf = pool;
  options.mem_alloc_option.pool.heap_size = sizeof pool;
  options.native_module_name = "env";
  options.native_symbols = imports;
  options.n_native_symbols = sizeof imports / sizeof *imports;
  if (!wasm_runtime_full_init(&options)) return -1;
  loaded = wasm_runtime_load(copied, octets, error, sizeof error);
  if (!loaded) return -1;
  instance = wasm_runtime_instantiate(loaded, STACK_OCTETS, 0, error, sizeof error);
  environment = instance ? wasm_runtime_create_exec_env(instance, STACK_OCTETS) : NULL;
  if (!environment) return -1;
  for (i = 0; i < EXPORTS; i++) {
    functions[i] = wasm_runtime_lookup_function(instance, NAMES[i]);
    if (!functions[i]) return -1;
  }
  return 0;
}

uint8_t *runtime_room(int32_t offset, int32_t octets) {
  if (offset < 0 || octets < 0) return NULL;
  if (!wasm_runtime_validate_app_addr(instance, (uint64_t)offset, (uint64_t)octets)) return NULL;
  return wasm_runtime_addr_app_to_native(instance, (uint64_t)offset);
}

/* Arguments and result share one array. A trap is a fault of the runtime: it answers as if unpowered. */
static int32_t call(int which, uint32_t count, uint32_t first, uint32_t second) {
  uint32_t cells[2];
  cells[0] = first;
  cells[1] = second;
  return wasm_runtime_call_wasm(environment, functions[which], count, cells) ? (int32_t)cells[0] : AMP_NOT_BOOTED;
}

int32_t amp_rx_buffer(void) { return call(RX, 0, 0, 0); }
int32_t amp_tx_buffer(void) { return call(TX, 0, 0, 0); }
int32_t amp_payload_buffer(void) { return call(PAYLOAD, 0, 0, 0); }
int32_t amp_boot(void) { return call(BOOT, 0, 0, 0); }
int32_t amp_send(void) { return call(SEND, 0, 0, 0); }
int32_t amp_received(void) { return call(RECEIVED, 0, 0, 0); }
int32_t amp_trigger_data(void) { return call(TRIGGER_DATA, 0, 0, 0); }
int32_t amp_state(void) { return call(STATE, 0, 0, 0); }
int32_t amp_receive(int32_t length) { return call(RECEIVE, 1, (uint32_t)length, 0); }

int32_t amp_set_payload(int32_t length, int32_t encrypt) {
  return call(SET_PAYLOAD, 2, (uint32_t)length, (uint32_t)encrypt);
}
