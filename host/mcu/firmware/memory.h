/*
 * Linear memory of the module as C sees it: MEMORY_OCTETS of a static array, no more than the module touches.
 *
 * An access is base + offset, the offset a constant of the code. WebAssembly traps if base + offset + size exceeds the
 * memory, computed without wrapping. As offset and size are constants with offset + size <= MEMORY_OCTETS (translate.ts
 * refuses a module for which that does not hold),
 *
 *     base + offset + size > MEMORY_OCTETS   is   base > MEMORY_OCTETS - offset - size
 *
 * one comparison of 32 bits with a constant, exact, where wasm2c's own adds and compares 64 bits against a variable. A
 * constant base leaves nothing of it. SCHEME chooses what bench/mcu compares it with.
 */
#ifndef MEMORY_H
#define MEMORY_H

#define SCHEME_CHECKED 0
/* Wraps at a power of two: safe, but a stray access goes somewhere instead of trapping. */
#define SCHEME_MASKED 1
/* Trusts the module. */
#define SCHEME_NONE 2
#ifndef SCHEME
#define SCHEME SCHEME_CHECKED
#endif

extern u8 station_memory[];

#if SCHEME == SCHEME_CHECKED
#define PLACE(base, offset, size)                                                          \
  (UNLIKELY((base) > MEMORY_OCTETS - (offset) - (size)) ? (wasm_rt_trap(WASM_RT_TRAP_OOB), \
                                                           station_memory)                 \
                                                        : station_memory + (offset) + (base))
#elif SCHEME == SCHEME_MASKED
#define PLACE(base, offset, size) (station_memory + (((base) + (offset)) & (MEMORY_MASK)))
#else
#define PLACE(base, offset, size) (station_memory + (offset) + (base))
#endif

#define LOAD(name, stored, extended, result)                                                    \
  static inline __attribute__((always_inline)) result name##_at(u32 base, u32 offset) {         \
    stored value;                                                                               \
    __builtin_memcpy(&value, PLACE(base, offset, sizeof value), sizeof value);                  \
    return (result)(extended)value;                                                             \
  }
#define STORE(name, stored, given)                                                              \
  static inline __attribute__((always_inline)) void name##_at(u32 base, u32 offset, given from) { \
    const stored value = (stored)from;                                                          \
    __builtin_memcpy(PLACE(base, offset, sizeof value), &value, sizeof value);                  \
  }

LOAD(i32_load, u32, u32, u32)
LOAD(i64_load, u64, u64, u64)
LOAD(i32_load8_s, s8, s32, u32)
LOAD(i32_load8_u, u8, u32, u32)
LOAD(i32_load16_s, s16, s32, u32)
LOAD(i32_load16_u, u16, u32, u32)
LOAD(i64_load8_s, s8, s64, u64)
LOAD(i64_load8_u, u8, u64, u64)
LOAD(i64_load16_s, s16, s64, u64)
LOAD(i64_load16_u, u16, u64, u64)
LOAD(i64_load32_s, s32, s64, u64)
LOAD(i64_load32_u, u32, u64, u64)
STORE(i32_store, u32, u32)
STORE(i64_store, u64, u64)
STORE(i32_store8, u8, u32)
STORE(i32_store16, u16, u32)
STORE(i64_store8, u8, u64)
STORE(i64_store16, u16, u64)
STORE(i64_store32, u32, u64)

#endif
