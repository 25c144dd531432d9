/* trace.c - a plugin of QEMU (API 1) for modelled cycles (cycles.py).

   low=ADDRESS,high=ADDRESS,out=FILE: of each instruction in [low, high) FILE
   gets a line when the program ends:

       ADDRESS SIZE EXECUTED LEFT

   the first in hexadecimal; LEFT: how often what executed next, in the range,
   was not the instruction behind it. One processor, one thread. */
#include "qemu-plugin.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

typedef struct {
  uint64_t address, size, executed, left;
} Instruction;

static uint64_t low, high;
static Instruction **at; /* by halfwords of the range */
static Instruction *last;
static FILE *out;

static void on_instruction(unsigned processor, void *data) {
  Instruction *now = data;
  (void)processor;
  ++now->executed;
  if (last && last->address + last->size != now->address)
    ++last->left;
  last = now;
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *block) {
  size_t count = qemu_plugin_tb_n_insns(block);
  (void)id;
  for (size_t i = 0; i < count; ++i) {
    struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(block, i);
    uint64_t address = qemu_plugin_insn_vaddr(insn);
    Instruction **slot;
    if (address < low || address >= high)
      continue;
    slot = &at[(address - low) / 2];
    if (!*slot) {
      *slot = calloc(1, sizeof **slot);
      if (!*slot)
        abort();
      (*slot)->address = address;
      (*slot)->size = qemu_plugin_insn_size(insn);
    }
    qemu_plugin_register_vcpu_insn_exec_cb(insn, on_instruction,
                                           QEMU_PLUGIN_CB_NO_REGS, *slot);
  }
}

static void on_exit_(qemu_plugin_id_t id, void *unused) {
  (void)id;
  (void)unused;
  for (uint64_t i = 0; i < (high - low) / 2; ++i)
    if (at[i])
      fprintf(out, "%" PRIx64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
              at[i]->address, at[i]->size, at[i]->executed, at[i]->left);
  fclose(out);
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id,
                                           const qemu_info_t *info, int argc,
                                           char **argv) {
  (void)info;
  for (int i = 0; i < argc; ++i) {
    if (!strncmp(argv[i], "low=", 4))
      low = strtoull(argv[i] + 4, NULL, 16);
    else if (!strncmp(argv[i], "high=", 5))
      high = strtoull(argv[i] + 5, NULL, 16);
    else if (!strncmp(argv[i], "out=", 4))
      out = fopen(argv[i] + 4, "w");
    else
      return -1;
  }
  if (!out || high <= low)
    return -1;
  at = calloc((high - low) / 2 + 1, sizeof *at);
  if (!at)
    return -1;
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
  qemu_plugin_register_atexit_cb(id, on_exit_, NULL);
  return 0;
}
