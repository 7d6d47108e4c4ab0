/*
 * What every firmware around a module is made of: the memory, the runtime that wasm2c's code asks for, the three imports,
 * the marks that a counter of instructions knows calls by, and the console's protocol. What runs here is the module; what a
 * station's firmware would decide (when to listen, what to send when) the other end decides.
 *
 *   command  operation(1) ‖ argument(1) ‖ length(2, LE) ‖ octets
 *   answer   'a' ‖ status(4, LE, signed) ‖ length(2, LE) ‖ octets      noise wanted   'e' ‖ length(1), and that many octets come
 */
#ifndef AROUND_H
#define AROUND_H

#include "semihost.h"
#include "station.h"

struct Z_env_instance_t {
  int nvm;
};

extern u8 station_memory[];
extern Z_station_instance_t station;

/* Opens the NVM, and instantiates the module. */
void station_begin(void);

/* Around a call of the module. */
void mark_call(void);
void mark_return(void);
#define MARKED(call) (mark_call(), status = (int)(call), mark_return())

/* What the other end wants; `octets` has room for so many, and a command of more ends the firmware. */
typedef struct {
  u8 operation;
  u8 argument;
  u32 length;
} Command;
Command command_read(u8 *octets, u32 room);
void answer(int status, const u8 *octets, u32 length);

uint32_t stack_untouched(void);

#endif
