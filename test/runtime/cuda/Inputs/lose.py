"""lose.py PROGRAM SCENARIO: the device is lost at every call of the driver, one
after the other. The program has to end by itself, with codes and messages, and
give back all that it took."""

import os
import subprocess
import sys


def main():
    failures = 0
    calls = 0
    while True:
        done = subprocess.run(sys.argv[1:], env={**os.environ, "DLC_CUDA_LOSE_AFTER": str(calls + 1)},
                              capture_output=True, text=True, timeout=60)
        if done.returncode not in (0, 1) or "leak" in done.stderr:
            print(f"lost at call {calls + 1}: ended with {done.returncode}\n{done.stdout}{done.stderr}")
            failures += 1
        if "CUDA_ERROR_UNKNOWN" not in done.stdout:
            # Only what closes is left after the last run.
            break
        calls += 1
    print(f"lost at each of {calls} calls, {failures} failures")
    return failures != 0 or calls < 30


if __name__ == "__main__":
    sys.exit(main())
