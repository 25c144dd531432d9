// What DLC_CUDA_STATS writes: one object of JSON for each launch, on a line.
#include "runtime/emulator/cuda/driver/Driver.h"

namespace dlc::cuda {

static void
writeClasses(FILE *file, const char *name,
             const std::array<uint64_t, size_t(ptx::OpClass::None)> &values) {
  fprintf(file, ", \"%s\": {", name);
  const char *separator = "";
  for (size_t i = 0; i < values.size(); ++i) {
    if (!values[i])
      continue;
    fprintf(file, "%s\"%s\": %llu", separator, ptx::nameOf(ptx::OpClass(i)),
            static_cast<unsigned long long>(values[i]));
    separator = ", ";
  }
  fputs("}", file);
}

void Driver::record(const ptx::Kernel &kernel, const ptx::Grid &grid,
                    const ptx::Counters &counters) {
  if (!statistics)
    return;
  fprintf(statistics,
          "{\"kernel\": \"%s\", \"capability\": %u, \"grid\": [%u, %u, %u], "
          "\"block\": [%u, %u, %u], \"shared_bytes\": %u",
          kernel.name.c_str(), capability, grid.blocks[0], grid.blocks[1],
          grid.blocks[2], grid.threads[0], grid.threads[1], grid.threads[2],
          kernel.sharedBytes + grid.dynamicShared);
  const std::pair<const char *, uint64_t> values[] = {
      {"instructions", counters.instructions},
      {"slots", counters.slots},
      {"sectors", counters.sectors},
      {"footprint_sectors", counters.footprint},
      {"block_bytes", counters.blockBytes},
      {"local_sectors", counters.localSectors},
      {"shared_requests", counters.requests},
      {"barriers", counters.barriers},
      {"divergences", counters.divergences}};
  for (const auto &value : values)
    fprintf(statistics, ", \"%s\": %llu", value.first,
            static_cast<unsigned long long>(value.second));
  writeClasses(statistics, "instructions_by_class", counters.byClass);
  writeClasses(statistics, "slots_by_class", counters.slotsByClass);
  fputs("}\n", statistics);
  fflush(statistics);
}

void Driver::record(const char *copy, uint64_t bytes) {
  if (!statistics)
    return;
  fprintf(statistics, "{\"copy\": \"%s\", \"bytes\": %llu}\n", copy,
          static_cast<unsigned long long>(bytes));
  fflush(statistics);
}

} // namespace dlc::cuda
