/*
 * The station as C that wasm2c (wabt 1.0.32) made of it, `wasm2c station.wasm -n module -o module.c`: no runtime is left but
 * this file. The module that runtime_open is given is not looked at: it is compiled in.
 */
#include <stddef.h>
#include <stdlib.h>

#include "module.h"
#include "runtime.h"
#include "station.h"

struct Z_env_instance_t {
  int unused;
};

static struct Z_env_instance_t env;
static Z_module_instance_t instance;
static uint8_t memory[AMP_STATION_MEMORY_OCTETS];

uint32_t wasm_rt_call_stack_depth;

/* No input of the module traps. */
void wasm_rt_trap(wasm_rt_trap_t trap) { exit(100 + (int)trap); }
bool wasm_rt_is_initialized(void) { return true; }
uint32_t wasm_rt_register_func_type(uint32_t parameters, uint32_t results, ...) { return parameters + results; }
void wasm_rt_free_memory(wasm_rt_memory_t *made) { (void)made; }

void wasm_rt_allocate_memory(wasm_rt_memory_t *made, uint32_t pages, uint32_t most) {
  made->data = memory;
  made->pages = pages;
  made->max_pages = most;
  made->size = sizeof memory;
}

uint32_t Z_envZ_entropy(struct Z_env_instance_t *self, uint32_t pointer, uint32_t length) {
  (void)self;
  return (uint32_t)amp_env_entropy((int32_t)pointer, (int32_t)length);
}

uint32_t Z_envZ_nvmRead(struct Z_env_instance_t *self, uint32_t offset, uint32_t pointer, uint32_t length) {
  (void)self;
  return (uint32_t)amp_env_nvmRead((int32_t)offset, (int32_t)pointer, (int32_t)length);
}

uint32_t Z_envZ_nvmWrite(struct Z_env_instance_t *self, uint32_t offset, uint32_t pointer, uint32_t length) {
  (void)self;
  return (uint32_t)amp_env_nvmWrite((int32_t)offset, (int32_t)pointer, (int32_t)length);
}

int runtime_open(const uint8_t *module, uint32_t octets) {
  (void)module;
  (void)octets;
  Z_module_init_module();
  Z_module_instantiate(&instance, &env);
  return 0;
}

uint8_t *runtime_room(int32_t offset, int32_t octets) {
  if (offset < 0 || octets < 0 || (uint32_t)offset > sizeof memory) return NULL;
  return (uint32_t)octets > sizeof memory - (uint32_t)offset ? NULL : memory + offset;
}

int32_t amp_rx_buffer(void) { return (int32_t)Z_moduleZ_amp_rx_buffer(&instance); }
int32_t amp_tx_buffer(void) { return (int32_t)Z_moduleZ_amp_tx_buffer(&instance); }
int32_t amp_payload_buffer(void) { return (int32_t)Z_moduleZ_amp_payload_buffer(&instance); }
int32_t amp_boot(void) { return (int32_t)Z_moduleZ_amp_boot(&instance); }
int32_t amp_send(void) { return (int32_t)Z_moduleZ_amp_send(&instance); }
int32_t amp_received(void) { return (int32_t)Z_moduleZ_amp_received(&instance); }
int32_t amp_trigger_data(void) { return (int32_t)Z_moduleZ_amp_trigger_data(&instance); }
int32_t amp_state(void) { return (int32_t)Z_moduleZ_amp_state(&instance); }
int32_t amp_receive(int32_t length) { return (int32_t)Z_moduleZ_amp_receive(&instance, (uint32_t)length); }

int32_t amp_set_payload(int32_t length, int32_t encrypt) {
  return (int32_t)Z_moduleZ_amp_set_payload(&instance, (uint32_t)length, (uint32_t)encrypt);
}
