/*
 * The station in wasm3 (https://github.com/wasm3/wasm3, MIT). Written against the public API of v0.5; runs where that
 * runs, in about 20 KiB of RAM. Raw functions get their arguments from the stack and put their result there, first.
 */
#include <stddef.h>

#include "runtime.h"
#include "station.h"
#include "wasm3.h"

enum { STACK_OCTETS = 1024 };

static IM3Runtime runtime;

typedef struct {
  const char *name;
  IM3Function function;
} Export;

enum { RX, TX, PAYLOAD, BOOT, SET_PAYLOAD, RECEIVE, SEND, RECEIVED, TRIGGER_DATA, STATE, EXPORTS };
static Export exports[EXPORTS] = {
    {"amp_rx_buffer", NULL}, {"amp_tx_buffer", NULL}, {"amp_payload_buffer", NULL}, {"amp_boot", NULL},
    {"amp_set_payload", NULL}, {"amp_receive", NULL}, {"amp_send", NULL}, {"amp_received", NULL},
    {"amp_trigger_data", NULL}, {"amp_state", NULL},
};

m3ApiRawFunction(entropy) {
  m3ApiReturnType(int32_t);
  m3ApiGetArg(int32_t, pointer);
  m3ApiGetArg(int32_t, length);
  (void)runtime_;
  (void)context;
  (void)memory;
  m3ApiReturn(amp_env_entropy(pointer, length));
}

m3ApiRawFunction(nvmRead) {
  m3ApiReturnType(int32_t);
  m3ApiGetArg(int32_t, offset);
  m3ApiGetArg(int32_t, pointer);
  m3ApiGetArg(int32_t, length);
  (void)runtime_;
  (void)context;
  (void)memory;
  m3ApiReturn(amp_env_nvmRead(offset, pointer, length));
}

m3ApiRawFunction(nvmWrite) {
  m3ApiReturnType(int32_t);
  m3ApiGetArg(int32_t, offset);
  m3ApiGetArg(int32_t, pointer);
  m3ApiGetArg(int32_t, length);
  (void)runtime_;
  (void)context;
  (void)memory;
  m3ApiReturn(amp_env_nvmWrite(offset, pointer, length));
}

int runtime_open(const uint8_t *module, uint32_t octets) {
  IM3Environment environment = m3_NewEnvironment();
  IM3Module parsed;
  int i;
  if (!environment) return -1;
  runtime = m3_NewRuntime(environment, STACK_OCTETS, NULL);
  if (!runtime || m3_ParseModule(environment, &parsed, module, octets)) return -1;
  if (m3_LoadModule(runtime, parsed)) return -1;
  if (m3_LinkRawFunction(parsed, "env", "entropy", "i(ii)", entropy)) return -1;
  if (m3_LinkRawFunction(parsed, "env", "nvmRead", "i(iii)", nvmRead)) return -1;
  if (m3_LinkRawFunction(parsed, "env", "nvmWrite", "i(iii)", nvmWrite)) return -1;
  for (i = 0; i < EXPORTS; i++) {
    if (m3_FindFunction(&exports[i].function, runtime, exports[i].name)) return -1;
  }
  return 0;
}

uint8_t *runtime_room(int32_t offset, int32_t octets) {
  uint32_t size = 0;
  uint8_t *memory = m3_GetMemory(runtime, &size, 0);
  if (!memory || offset < 0 || octets < 0 || (uint32_t)offset > size || (uint32_t)octets > size - (uint32_t)offset) return NULL;
  return memory + offset;
}

/* A trap is a fault of the runtime or of the memory that it was given: the module has none. It answers as if unpowered. */
static int32_t call(int which, uint32_t count, const void *arguments[]) {
  int32_t result = AMP_NOT_BOOTED;
  const void *results[1];
  results[0] = &result;
  if (m3_Call(exports[which].function, count, arguments)) return AMP_NOT_BOOTED;
  if (m3_GetResults(exports[which].function, 1, results)) return AMP_NOT_BOOTED;
  return result;
}

int32_t amp_rx_buffer(void) { return call(RX, 0, NULL); }
int32_t amp_tx_buffer(void) { return call(TX, 0, NULL); }
int32_t amp_payload_buffer(void) { return call(PAYLOAD, 0, NULL); }
int32_t amp_boot(void) { return call(BOOT, 0, NULL); }
int32_t amp_send(void) { return call(SEND, 0, NULL); }
int32_t amp_received(void) { return call(RECEIVED, 0, NULL); }
int32_t amp_trigger_data(void) { return call(TRIGGER_DATA, 0, NULL); }
int32_t amp_state(void) { return call(STATE, 0, NULL); }

int32_t amp_receive(int32_t length) {
  const void *arguments[1];
  arguments[0] = &length;
  return call(RECEIVE, 1, arguments);
}

int32_t amp_set_payload(int32_t length, int32_t encrypt) {
  const void *arguments[2];
  arguments[0] = &length;
  arguments[1] = &encrypt;
  return call(SET_PAYLOAD, 2, arguments);
}
