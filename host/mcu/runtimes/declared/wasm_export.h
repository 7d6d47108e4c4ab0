/*
 * What wamr.c uses of the public API of the WebAssembly Micro Runtime, declared here so that it compiles where WAMR is not
 * installed. Firmware includes WAMR's own header, which is on the include path before this folder. Of RuntimeInitArgs only
 * the members in use are here: this declaration is to compile against, never to link with.
 */
#ifndef WASM_EXPORT_H
#define WASM_EXPORT_H

#include <stdbool.h>
#include <stdint.h>

typedef struct WASMModuleCommon *wasm_module_t;
typedef struct WASMModuleInstanceCommon *wasm_module_inst_t;
typedef struct WASMExecEnv *wasm_exec_env_t;
typedef void *wasm_function_inst_t;

typedef struct NativeSymbol {
  const char *symbol;
  void *func_ptr;
  const char *signature;
  void *attachment;
} NativeSymbol;

typedef enum { Alloc_With_Pool = 0, Alloc_With_Allocator, Alloc_With_System_Allocator } mem_alloc_type_t;

typedef struct RuntimeInitArgs {
  mem_alloc_type_t mem_alloc_type;
  union {
    struct {
      void *heap_buf;
      uint32_t heap_size;
    } pool;
  } mem_alloc_option;
  const char *native_module_name;
  NativeSymbol *native_symbols;
  uint32_t n_native_symbols;
} RuntimeInitArgs;

bool wasm_runtime_full_init(RuntimeInitArgs *options);
wasm_module_t wasm_runtime_load(uint8_t *octets, uint32_t length, char *error, uint32_t errorOctets);
wasm_module_inst_t wasm_runtime_instantiate(wasm_module_t module, uint32_t stackOctets, uint32_t heapOctets, char *error,
                                            uint32_t errorOctets);
wasm_exec_env_t wasm_runtime_create_exec_env(wasm_module_inst_t instance, uint32_t stackOctets);
wasm_function_inst_t wasm_runtime_lookup_function(wasm_module_inst_t instance, const char *name);
bool wasm_runtime_call_wasm(wasm_exec_env_t environment, wasm_function_inst_t function, uint32_t count, uint32_t cells[]);
bool wasm_runtime_validate_app_addr(wasm_module_inst_t instance, uint64_t offset, uint64_t octets);
void *wasm_runtime_addr_app_to_native(wasm_module_inst_t instance, uint64_t offset);

#endif
