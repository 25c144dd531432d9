#!/usr/bin/env bash
# ./dev demo: a network compiled for a Cortex-M3 and for this machine, and run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exec "${DLC_VENV:-build/venv}/bin/python3" test/e2e/demo/demo.py "$@"
