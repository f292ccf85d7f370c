"""Measurements that need Home Assistant; `scripts/bench` runs them, the tests do not."""
