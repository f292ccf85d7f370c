"""SmartGuard's trainer: simulation, attacks, studies and benchmarks (`python -m trainer …`)."""

from . import core_access as core_access  # whatever of the trainer comes first, the core can be imported
