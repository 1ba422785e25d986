"""Many imports in a row through faults, each compared with an import in peace: `make soak`."""
