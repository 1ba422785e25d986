"""Measurements of the import against a floor, in one run on one machine: `make bench`."""
