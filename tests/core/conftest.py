"""The core's tests run with Home Assistant and without."""

import trainer.core_access  # noqa: F401  # before any test imports the core
