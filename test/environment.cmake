# Read by ctest before it runs a test. Whatever the tests compile, LLVM's
# machine verifier sees after each pass.
set(ENV{DLC_VERIFY_MACHINE_CODE} 1)
