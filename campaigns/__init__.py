"""Bounded attacks on the booking: each counts violations, and each control must be caught."""
