"""Every change of shared work, one module a topic."""
