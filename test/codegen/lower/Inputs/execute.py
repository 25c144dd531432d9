"""Runs all execution cases of the lowerings."""

import data_cases  # noqa: F401
import elementwise_cases  # noqa: F401
import root_cases  # noqa: F401
from harness import run_all

run_all()
