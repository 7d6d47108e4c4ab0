/*
 * What wasm3.c uses of the public API of wasm3, declared here so that it compiles where wasm3 is not installed. Firmware
 * includes wasm3's own header, which is on the include path before this folder.
 */
#ifndef WASM3_H
#define WASM3_H

#include <stdint.h>

typedef const char *M3Result;
typedef struct M3Environment *IM3Environment;
typedef struct M3Runtime *IM3Runtime;
typedef struct M3Module *IM3Module;
typedef struct M3Function *IM3Function;
typedef struct M3ImportContext *IM3ImportContext;
typedef const void *(*M3RawCall)(IM3Runtime runtime, IM3ImportContext context, uint64_t *stack, void *memory);

#define m3ApiRawFunction(name) \
  static const void *name(IM3Runtime runtime_, IM3ImportContext context, uint64_t *stack, void *memory)
#define m3ApiReturnType(type) type *result = (type *)(void *)(stack++)
#define m3ApiGetArg(type, name) type name = *(type *)(void *)(stack++)
#define m3ApiReturn(value) \
  do {                     \
    *result = (value);     \
    return (void *)0;      \
  } while (0)

IM3Environment m3_NewEnvironment(void);
IM3Runtime m3_NewRuntime(IM3Environment environment, uint32_t stackOctets, void *userData);
M3Result m3_ParseModule(IM3Environment environment, IM3Module *module, const uint8_t *octets, uint32_t length);
M3Result m3_LoadModule(IM3Runtime runtime, IM3Module module);
M3Result m3_LinkRawFunction(IM3Module module, const char *from, const char *name, const char *signature, M3RawCall call);
M3Result m3_FindFunction(IM3Function *function, IM3Runtime runtime, const char *name);
M3Result m3_Call(IM3Function function, uint32_t count, const void *arguments[]);
M3Result m3_GetResults(IM3Function function, uint32_t count, const void *results[]);
uint8_t *m3_GetMemory(IM3Runtime runtime, uint32_t *octets, uint32_t index);

#endif
