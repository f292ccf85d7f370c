"""The demonstration home: a real Home Assistant with simulated devices and residents."""
