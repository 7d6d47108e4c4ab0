/*
 * A plugin of QEMU's code generator (TCG plugins, API version 1): it counts guest instructions exactly, writes a line each
 * time one of the marked addresses is executed, and ends the emulator at a chosen instruction, which is what a power cut
 * is to firmware. Debian ships the interface but no header for it, so what is used of it is declared here.
 *
 *   -plugin count.so,marks=0x101:0x201:...,log=FILE[,cut=N:K]
 *
 * log: "<mark> <instructions so far>" a line, mark an index into marks. cut: the emulator ends when N instructions, N at least 1,
 * have been executed from mark 0 on, the K-th time that it is come to, K from 1.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef uint64_t qemu_plugin_id_t;
struct qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };
typedef void (*translated_t)(qemu_plugin_id_t, struct qemu_plugin_tb *);
typedef void (*executed_t)(unsigned int, void *);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, translated_t);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *, executed_t, enum qemu_plugin_cb_flags, void *);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

enum { MARKS_MAX = 64, CUT = 77 };

static uint64_t marks[MARKS_MAX];
static int markCount, log_file = -1;
static uint64_t count, cutAfter, cutTurn, turn, cutAt = UINT64_MAX;

static void note(int mark) {
  char line[40];
  const int length = snprintf(line, sizeof line, "%d %llu\n", mark, (unsigned long long)count);
  if (write(log_file, line, (size_t)length) != length) _exit(1);
  if (mark == 0 && cutTurn && ++turn == cutTurn) cutAt = count + cutAfter;
}

/* Called before the instruction is executed. */
static void plain(unsigned int cpu, void *unused) {
  (void)cpu;
  (void)unused;
  if (count++ == cutAt) _exit(CUT);
}

static void marked(unsigned int cpu, void *mark) {
  (void)cpu;
  if (count == cutAt) _exit(CUT);
  note((int)(intptr_t)mark);
  count++;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *block) {
  const size_t length = qemu_plugin_tb_n_insns(block);
  (void)id;
  for (size_t i = 0; i < length; i++) {
    struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(block, i);
    const uint64_t address = qemu_plugin_insn_vaddr(insn);
    int mark = 0;
    while (mark < markCount && marks[mark] != address) mark++;
    qemu_plugin_register_vcpu_insn_exec_cb(insn, mark < markCount ? marked : plain, QEMU_PLUGIN_CB_NO_REGS,
                                           (void *)(intptr_t)mark);
  }
}

static bool parse(char *argument) {
  char *value = strchr(argument, '=');
  if (!value) return false;
  *value++ = 0;
  if (!strcmp(argument, "marks")) {
    for (char *at = strtok(value, ":"); at && markCount < MARKS_MAX; at = strtok(NULL, ":")) {
      /* Bit 0 of a Thumb function's address is no part of it. */
      marks[markCount++] = strtoull(at, NULL, 0) & ~1ull;
    }
    return true;
  }
  if (!strcmp(argument, "log")) return (log_file = open(value, O_WRONLY | O_CREAT | O_APPEND, 0600)) >= 0;
  if (!strcmp(argument, "cut")) {
    char *colon;
    cutAfter = strtoull(value, &colon, 0);
    cutTurn = *colon == ':' ? strtoull(colon + 1, NULL, 0) : 1;
    return true;
  }
  return false;
}

__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info,
                                                               int argc, char **argv) {
  (void)info;
  for (int i = 0; i < argc; i++) {
    if (parse(argv[i])) continue;
    fprintf(stderr, "count: argument %s is none of marks, log, cut\n", argv[i]);
    return -1;
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  return 0;
}
