/* count.c - a plugin of QEMU (API 1) that counts executed instructions.

   map=FILE names a function, the entry, and others that it may call:

       entry LOW HIGH      its addresses in hexadecimal, HIGH is not in it
       stage ADDRESS       of a function that is a stage; any number of lines

   out=FILE gets a line for each call of the entry: all instructions executed
   from its first to its last one, those of what it calls included, and then
   those of each call that passed through a stage, in the order of the calls:

       run TOTAL STAGE STAGE ...

   Each instruction is counted when it executes, so the count is exact; one that
   is skipped by its condition was executed. One processor, one thread. */
#include "qemu-plugin.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

static uint64_t entry_low, entry_high;
static uint64_t *stages; /* addresses */
static size_t stage_count;
static FILE *out;

static uint64_t total, own; /* executed so far: all, and of the entry itself */

/* The call of the entry that is open. */
static int is_open;
static uint64_t own_before;     /* of `own`, when it began */
static uint64_t outside_before; /* of `total - own`, when the entry last ran */
static uint64_t outside;        /* sum over the calls that it made */
static int passed_stage;        /* since the entry last ran */
static uint64_t *calls;         /* instructions of each call through a stage */
static size_t call_count, call_room;

static void close_run(void) {
  if (!is_open)
    return;
  is_open = 0;
  fprintf(out, "run %" PRIu64, own - own_before + outside);
  for (size_t i = 0; i < call_count; ++i)
    fprintf(out, " %" PRIu64, calls[i]);
  fputc('\n', out);
}

/* `numbers`, of which `*room` fit, in memory for more of them. */
static uint64_t *grown(uint64_t *numbers, size_t *room) {
  uint64_t *result;
  *room = 2 * *room + 64;
  result = realloc(numbers, *room * sizeof *result);
  if (!result)
    abort();
  return result;
}

static void add_call(uint64_t instructions) {
  if (call_count == call_room)
    calls = grown(calls, &call_room);
  calls[call_count++] = instructions;
}

/* The entry runs, for the first time in this call if `first` is not NULL. */
static void on_entry(unsigned processor, void *first) {
  uint64_t now = total - own;
  (void)processor;
  if (first) {
    close_run();
    is_open = 1;
    own_before = own;
    outside = call_count = 0;
  } else if (is_open && now != outside_before) {
    outside += now - outside_before;
    if (passed_stage)
      add_call(now - outside_before);
  }
  outside_before = now;
  passed_stage = 0;
}

static void on_stage(unsigned processor, void *unused) {
  (void)processor;
  (void)unused;
  passed_stage = 1;
}

static int is_stage(uint64_t address) {
  for (size_t i = 0; i < stage_count; ++i)
    if (stages[i] == address)
      return 1;
  return 0;
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *block) {
  size_t count = qemu_plugin_tb_n_insns(block);
  (void)id;
  for (size_t i = 0; i < count; ++i) {
    struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(block, i);
    uint64_t address = qemu_plugin_insn_vaddr(insn);
    int inside = address >= entry_low && address < entry_high;
    /* A call and a return begin a block. */
    if (i == 0 && inside)
      qemu_plugin_register_vcpu_tb_exec_cb(block, on_entry,
                                           QEMU_PLUGIN_CB_NO_REGS,
                                           address == entry_low ? &own : NULL);
    else if (i == 0 && is_stage(address))
      qemu_plugin_register_vcpu_tb_exec_cb(block, on_stage,
                                           QEMU_PLUGIN_CB_NO_REGS, NULL);
    if (inside)
      qemu_plugin_register_vcpu_insn_exec_inline(
          insn, QEMU_PLUGIN_INLINE_ADD_U64, &own, 1);
    qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64,
                                               &total, 1);
  }
}

static void on_exit_(qemu_plugin_id_t id, void *unused) {
  (void)id;
  (void)unused;
  close_run();
  fclose(out);
}

/* Reads hexadecimal numbers, each after one space, and the end of the line;
   what is left out of `line` is what names them. Returns whether they are
   there. */
static int read_addresses(const char *line, uint64_t *values, int count) {
  for (int i = 0; i < count; ++i) {
    char *end;
    if (*line != ' ')
      return 0;
    errno = 0;
    values[i] = strtoull(line + 1, &end, 16);
    if (errno || end == line + 1)
      return 0;
    line = end;
  }
  return *line == '\n';
}

static int read_map(const char *name) {
  char line[128];
  size_t room = 0;
  FILE *map = fopen(name, "r");
  if (!map)
    return -1;
  while (fgets(line, sizeof line, map)) {
    uint64_t values[2];
    if (!strncmp(line, "entry", 5) && read_addresses(line + 5, values, 2)) {
      entry_low = values[0];
      entry_high = values[1];
    } else if (!strncmp(line, "stage", 5) &&
               read_addresses(line + 5, values, 1)) {
      if (stage_count == room)
        stages = grown(stages, &room);
      stages[stage_count++] = values[0];
    } else {
      fclose(map);
      return -1;
    }
  }
  fclose(map);
  return entry_high > entry_low ? 0 : -1;
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id,
                                           const qemu_info_t *info, int argc,
                                           char **argv) {
  (void)info;
  for (int i = 0; i < argc; ++i) {
    if (!strncmp(argv[i], "map=", 4)) {
      if (read_map(argv[i] + 4) != 0)
        return -1;
    } else if (!strncmp(argv[i], "out=", 4)) {
      out = fopen(argv[i] + 4, "w");
      if (!out)
        return -1;
    } else {
      return -1;
    }
  }
  if (!out || !entry_high)
    return -1;
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
  qemu_plugin_register_atexit_cb(id, on_exit_, NULL);
  return 0;
}
