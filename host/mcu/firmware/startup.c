/*
 * From reset to main, on any Cortex-M: the vector table, .data out of flash, .bss cleared. The linker script (boards.ts)
 * names the addresses. An octet pattern fills the stack, so that its depth can be read afterwards.
 */
#include <stdint.h>

#include "semihost.h"

extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[], stack_limit[], stack_top[];

int main(void);
void reset(void) __attribute__((noreturn));
void fault(void) __attribute__((noreturn));

enum { STACK_PATTERN = 0xa5a5a5a5, FAULTED = 99 };

/* Words of the stack that were never written, from its limit up. */
uint32_t stack_untouched(void) {
  const uint32_t *word = stack_limit;
  while (word < stack_top && *word == STACK_PATTERN) word++;
  return (uint32_t)(word - stack_limit);
}

void reset(void) {
  const uint32_t *from = data_load;
  uint32_t *word;
  for (word = data_start; word < data_end; word++) *word = *from++;
  for (word = bss_start; word < bss_end; word++) *word = 0;
  /* What lies below the frame of this very function. */
  for (word = stack_limit; word < (uint32_t *)__builtin_frame_address(0) - 16; word++) *word = STACK_PATTERN;
  leave(main());
}

void fault(void) { leave(FAULTED); }

/* Initial stack pointer, reset, and the faults; no interrupt is ever enabled. */
const void *const vectors[16] __attribute__((section(".vectors"), used)) = {
    stack_top, reset, fault, fault, fault, fault, fault, 0, 0, 0, 0, fault, fault, 0, fault, fault};
