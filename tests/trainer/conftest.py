"""The trainer's tests, each file on its own too, find the core with Home Assistant and without."""

import trainer.core_access  # noqa: F401  # before any test imports the core
