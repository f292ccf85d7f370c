"""Faults done to a home on purpose: `scripts/bench faults` does all of them, the tests a few."""
