/* Refers to every function that objects may call for arithmetic. */

#if defined(__arm__)
#define ARM_HELPER(name) .word name;
#define X86_64_HELPER(name)
#define AARCH64_HELPER(name)
#elif defined(__x86_64__)
#define ARM_HELPER(name)
#define X86_64_HELPER(name) .quad name;
#define AARCH64_HELPER(name)
#else
#define ARM_HELPER(name)
#define X86_64_HELPER(name)
#define AARCH64_HELPER(name) .quad name;
#endif

.data
.global _start
_start:
#include "codegen/llvm/ArithmeticHelpers.def"

/* Called for a division by zero; the C library's. */
.global raise
raise:
