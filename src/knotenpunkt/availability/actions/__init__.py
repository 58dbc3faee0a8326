"""Writes of availability: what the rules yield (`open_intervals`), what is taken (`occupancy`)."""
