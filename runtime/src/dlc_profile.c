/* dlc_profile.c - sums of time by stage, for networks compiled with --profile.

   One network at a time: the hooks know no context. */
#include "dlc/dlc.h"

static uint64_t (*profile_clock)(void);
static struct dlc_profile_entry *profile_entries;
static uint64_t stage_start;

void dlc_profile_start(uint64_t (*clock)(void),
                       struct dlc_profile_entry *entries) {
  profile_entries = clock ? entries : NULL;
  profile_clock = clock;
}

void dlc_stage_begin(const struct dlc_model *model, uint32_t stage) {
  (void)model;
  (void)stage;
  if (profile_clock)
    stage_start = profile_clock();
}

void dlc_stage_end(const struct dlc_model *model, uint32_t stage) {
  (void)model;
  if (!profile_clock || !profile_entries)
    return;
  profile_entries[stage].ticks += profile_clock() - stage_start;
  profile_entries[stage].runs += 1;
}
