/*
 * The station in a WebAssembly runtime: what every file beside this one provides, each over its own runtime, next to the
 * exports of station.h. The firmware provides station.h's three imports; pointers that they get are offsets in linear
 * memory, and runtime_room makes addresses of them.
 */
#ifndef RUNTIME_H
#define RUNTIME_H

#include <stdint.h>

/* Loads the module; once, before any export is called. 0, or -1: out of memory, or a module that is none. */
int runtime_open(const uint8_t *module, uint32_t octets);

/* The octets of linear memory at that offset; a null pointer if they are not all in it. */
uint8_t *runtime_room(int32_t offset, int32_t octets);

#endif
