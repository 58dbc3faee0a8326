"""Inviting, joining, setting up and showing."""
