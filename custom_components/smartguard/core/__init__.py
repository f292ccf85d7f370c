"""The core of SmartGuard: NumPy and the standard library, no Home Assistant."""
