#include "around.h"

/* In the AMP record, PROTOCOL.md section 7. */
enum { CELLS_OFFSET = 16, CACHE_OFFSET = 176 };

u8 station_memory[MEMORY_ROOM] __attribute__((aligned(8)));
Z_station_instance_t station;
static struct Z_env_instance_t env = {-1};

/* ---- marks: a counter of instructions (plugin/count.c) hears of each one entered. Their code is never the same, or the
 * linker might make one of two. */

__attribute__((noinline)) void mark_call(void) { __asm__ volatile("" ::"i"(1)); }
__attribute__((noinline)) void mark_return(void) { __asm__ volatile("" ::"i"(2)); }
__attribute__((noinline)) void mark_import(void) { __asm__ volatile("" ::"i"(3)); }
__attribute__((noinline)) void mark_resume(void) { __asm__ volatile("" ::"i"(4)); }
__attribute__((noinline)) void mark_reads_cells(void) { __asm__ volatile("" ::"i"(5)); }
__attribute__((noinline)) void mark_reads_cache(void) { __asm__ volatile("" ::"i"(6)); }

/* ---- what wasm2c's code asks of its runtime */

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

/* ---- the three imports. The module hands in addresses of its own memory; they are checked all the same. */

static u8 *room(u32 at, u32 length) {
  if (at > MEMORY_OCTETS || length > MEMORY_OCTETS - at) wasm_rt_trap(WASM_RT_TRAP_OOB);
  return station_memory + at;
}

u32 Z_envZ_entropy(struct Z_env_instance_t *self, u32 at, u32 length) {
  const u8 request[2] = {'e', (u8)length};
  u8 *into = room(at, length);
  (void)self;
  mark_import();
  console_write(request, sizeof request);
  console_read(into, length);
  mark_resume();
  return 0;
}

u32 Z_envZ_nvmRead(struct Z_env_instance_t *self, u32 offset, u32 at, u32 length) {
  u8 *into = room(at, length);
  int failed;
  mark_import();
  if (offset == CELLS_OFFSET) mark_reads_cells();
  if (offset == CACHE_OFFSET) mark_reads_cache();
  failed = file_read(self->nvm, offset, into, length);
  mark_resume();
  return (u32)failed;
}

/* Octet by octet, ascending, each durable before the next: what PROTOCOL.md section 7 asks of an NVM. */
u32 Z_envZ_nvmWrite(struct Z_env_instance_t *self, u32 offset, u32 at, u32 length) {
  const u8 *from = room(at, length);
  int failed = 0;
  u32 i;
  mark_import();
  for (i = 0; i < length && !failed; i++) failed = file_write(self->nvm, offset + i, from + i, 1);
  mark_resume();
  return (u32)failed;
}

/* ---- the console */

void station_begin(void) {
  env.nvm = file_open("nvm.bin");
  if (env.nvm < 0) leave(4);
  Z_station_init_module();
  Z_station_instantiate(&station, &env);
  /* A call of nothing: what the marks themselves take. */
  mark_call();
  mark_return();
}

Command command_read(u8 *octets, u32 room) {
  u8 head[4];
  Command command;
  console_read(head, sizeof head);
  command.operation = head[0];
  command.argument = head[1];
  command.length = head[2] | (u32)head[3] << 8;
  if (command.length > room) leave(2);
  if (command.length) console_read(octets, command.length);
  return command;
}

void answer(int status, const u8 *octets, u32 length) {
  const u32 bits = (u32)status;
  const u8 head[7] = {'a', (u8)bits, (u8)(bits >> 8), (u8)(bits >> 16), (u8)(bits >> 24), (u8)length, (u8)(length >> 8)};
  console_write(head, sizeof head);
  if (length) console_write(octets, length);
}
