"""The whole live path on a home's log: learn its first days, calibrate on the next, live through the rest."""
