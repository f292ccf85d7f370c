"""SmartGuard's trainer: simulation, attacks, studies and benchmarks (`python -m trainer …`)."""
