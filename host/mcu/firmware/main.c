/*
 * Firmware around the module: it takes commands from the console, makes the module's calls and answers. Everything that a
 * station's firmware would decide (when to listen, what to send when) the other end decides; what runs here is the module,
 * its three imports and the marks that a counter of instructions knows them by.
 *
 *   command  operation(1) ‖ argument(1) ‖ length(1) ‖ octets
 *   answer   'a' ‖ status(4, LE, signed) ‖ length(1) ‖ octets        noise wanted   'e' ‖ length(1), and that many octets come
 */
#include "semihost.h"
#include "station.h"

enum { PAYLOAD_OCTETS = 64, RX_OCTETS = 72 };
/* In the NVM record, PROTOCOL.md section 7. */
enum { CELLS_OFFSET = 16, CACHE_OFFSET = 176 };

struct Z_env_instance_t {
  int nvm;
};

u8 station_memory[MEMORY_ROOM] __attribute__((aligned(8)));
static Z_station_instance_t station;
static struct Z_env_instance_t env = {-1};

uint32_t stack_untouched(void);

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

/* ---- commands */

static void answer(int status, const u8 *octets, u32 length) {
  const u32 bits = (u32)status;
  const u8 head[6] = {'a', (u8)bits, (u8)(bits >> 8), (u8)(bits >> 16), (u8)(bits >> 24), (u8)length};
  console_write(head, sizeof head);
  if (length) console_write(octets, length);
}

#define MARKED(call) (mark_call(), status = (int)(call), mark_return())

static void serve(const u8 command[3], u8 *octets) {
  const u32 length = command[2];
  u8 *payload = station_memory + Z_stationZ_amp_payload_buffer(&station);
  int status = 0;
  switch (command[0]) {
    case 'b':
      MARKED(Z_stationZ_amp_boot(&station));
      return answer(status, 0, 0);
    case 'p':
      __builtin_memcpy(payload, octets, length < PAYLOAD_OCTETS ? length : PAYLOAD_OCTETS);
      MARKED(Z_stationZ_amp_set_payload(&station, length, command[1]));
      return answer(status, 0, 0);
    case 'r':
      __builtin_memcpy(station_memory + Z_stationZ_amp_rx_buffer(&station), octets,
                       length < RX_OCTETS ? length : RX_OCTETS);
      MARKED(Z_stationZ_amp_receive(&station, length));
      return answer(status, station_memory + Z_stationZ_amp_tx_buffer(&station), status > 0 ? (u32)status : 0);
    case 's':
      MARKED(Z_stationZ_amp_send(&station));
      return answer(status, station_memory + Z_stationZ_amp_tx_buffer(&station), status > 0 ? (u32)status : 0);
    case 'd':
      MARKED(Z_stationZ_amp_received(&station));
      return answer(status, payload, (u32)status);
    case 't':
      MARKED(Z_stationZ_amp_trigger_data(&station));
      return answer(status, payload, (u32)status);
    case 'a':
      return answer((int)Z_stationZ_amp_state(&station), 0, 0);
    case 'u':
      return answer((int)stack_untouched() * 4, 0, 0);
    default:
      leave(2);
  }
}

int main(void) {
  u8 command[3];
  u8 octets[256];
  env.nvm = file_open("nvm.bin");
  if (env.nvm < 0) leave(4);
  Z_station_init_module();
  Z_station_instantiate(&station, &env);
  for (;;) {
    console_read(command, sizeof command);
    if (command[2]) console_read(octets, command[2]);
    serve(command, octets);
  }
}
