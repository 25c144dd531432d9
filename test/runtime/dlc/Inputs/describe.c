/* describe.c - prints what net_model says and profiles two runs. */
#include "net.h"
#include <dlc/dlc.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_tensor(const char *kind, const struct dlc_tensor *tensor) {
  uint32_t i;
  printf("%s %s: type %u,", kind, tensor->name, (unsigned)tensor->type);
  for (i = 0; i < tensor->rank; ++i)
    printf(" %lu", (unsigned long)tensor->shape[i]);
  printf(", %lu bytes\n", (unsigned long)tensor->bytes);
}

#ifndef NO_PROFILE
static uint64_t ticks(void) {
  static uint64_t now;
  return ++now;
}
#endif

int main(void) {
  const struct dlc_model *model = &net_model;
  struct dlc_profile_entry *entries =
      (struct dlc_profile_entry *)calloc(model->stage_count, sizeof *entries);
  unsigned char *raw =
      (unsigned char *)malloc(model->arena_bytes + model->arena_align);
  unsigned char *arena = raw;
  const void *inputs[1];
  void *outputs[1];
  uint32_t i;
  if (model->version != DLC_MODEL_VERSION || !entries || !raw)
    return 1;
  while ((uintptr_t)arena % model->arena_align)
    ++arena;
  printf("%s for %s, %u inputs, %u outputs\n", model->name, model->target,
         (unsigned)model->input_count, (unsigned)model->output_count);
  print_tensor("input", &model->inputs[0]);
  print_tensor("output", &model->outputs[0]);
  inputs[0] = calloc(1, model->inputs[0].bytes);
  outputs[0] = malloc(model->outputs[0].bytes);
#ifndef NO_PROFILE
  dlc_profile_start(ticks, entries);
#endif
  for (i = 0; i < 2; ++i)
    if (model->run(inputs, outputs, arena) != 0)
      return 1;
#ifndef NO_PROFILE
  dlc_profile_start(NULL, NULL);
  for (i = 0; i < model->stage_count; ++i)
    printf("%s %s: %u runs, %u ticks\n", model->stages[i].kind,
           model->stages[i].name, (unsigned)entries[i].runs,
           (unsigned)entries[i].ticks);
#endif
  free((void *)inputs[0]);
  free(outputs[0]);
  free(raw);
  free(entries);
  return 0;
}
