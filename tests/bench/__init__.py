"""Measurements beside their peers, in the same run. `make bench` prints the table; no test asserts a time."""
