/*
 * Semihosting (Arm IHI "Semihosting for AArch32 and AArch64", 2.0): a debugger, here QEMU, does input and output for the
 * core when it meets BKPT 0xAB, with the operation in r0 and its parameters in r1.
 */
#ifndef SEMIHOST_H
#define SEMIHOST_H

#include <stdint.h>

/* Reads and writes the console whole: they return when all octets are there. */
void console_read(void *into, uint32_t length);
void console_write(const void *octets, uint32_t length);

/* A file of the host. A handle below 0: it cannot be opened. */
int file_open(const char *name);
/* 0, or -1. */
int file_read(int file, uint32_t offset, void *into, uint32_t length);
int file_write(int file, uint32_t offset, const void *octets, uint32_t length);

/* Ends the emulator with that exit code. */
void leave(int code) __attribute__((noreturn));

#endif
