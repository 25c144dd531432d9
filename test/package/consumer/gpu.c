/* What a program says that uses a GPU and finds a network of another version.
 */
#include <dlc/cuda.h>

#include <string.h>

int main(void) {
  static struct dlc_cuda_state state;
  static const struct dlc_cuda_plan plan;
  int status = dlc_cuda_open(&state, &plan);
  return status != DLC_CUDA_BAD_PLAN ||
         !strstr(dlc_cuda_message(&state, status), "different versions");
}
