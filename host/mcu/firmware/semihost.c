#include "semihost.h"

enum { SYS_OPEN = 0x01, SYS_WRITE = 0x05, SYS_READ = 0x06, SYS_SEEK = 0x0a, SYS_EXIT_EXTENDED = 0x20 };
enum { MODE_R = 1, MODE_R_PLUS_B = 3, MODE_WB = 5 };
enum { ADP_STOPPED_APPLICATION_EXIT = 0x20026 };

static int in = -1, out = -1;

static int call(int operation, const void *parameters) {
  register int r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = parameters;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

static uint32_t length_of(const char *text) {
  uint32_t length = 0;
  while (text[length]) length++;
  return length;
}

static int open_as(const char *name, int mode) {
  const uint32_t parameters[3] = {(uint32_t)name, (uint32_t)mode, length_of(name)};
  return call(SYS_OPEN, parameters);
}

/* SYS_READ and SYS_WRITE answer how many octets were NOT moved. */
static uint32_t left_over(int operation, int file, const void *octets, uint32_t length) {
  const uint32_t parameters[3] = {(uint32_t)file, (uint32_t)octets, length};
  return (uint32_t)call(operation, parameters);
}

static int seek(int file, uint32_t offset) {
  const uint32_t parameters[2] = {(uint32_t)file, offset};
  return call(SYS_SEEK, parameters);
}

/* ":tt" is the console: for reading in mode r, for writing in mode w. */
void console_read(void *into, uint32_t length) {
  uint8_t *at = into;
  if (in < 0) in = open_as(":tt", MODE_R);
  while (length) {
    const uint32_t left = left_over(SYS_READ, in, at, length);
    if (left == length) leave(0);
    at += length - left;
    length = left;
  }
}

void console_write(const void *octets, uint32_t length) {
  if (out < 0) out = open_as(":tt", MODE_WB);
  if (left_over(SYS_WRITE, out, octets, length)) leave(3);
}

int file_open(const char *name) { return open_as(name, MODE_R_PLUS_B); }

int file_read(int file, uint32_t offset, void *into, uint32_t length) {
  return seek(file, offset) || left_over(SYS_READ, file, into, length) ? -1 : 0;
}

int file_write(int file, uint32_t offset, const void *octets, uint32_t length) {
  return seek(file, offset) || left_over(SYS_WRITE, file, octets, length) ? -1 : 0;
}

void leave(int code) {
  const uint32_t parameters[2] = {ADP_STOPPED_APPLICATION_EXIT, (uint32_t)code};
  call(SYS_EXIT_EXTENDED, parameters);
  for (;;) {
  }
}
