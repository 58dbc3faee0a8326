"""Knotenpunkt: one visit instead of six mornings."""

__version__ = "0.1.0"
