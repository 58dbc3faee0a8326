"""Every change of what partners do together, one module a topic."""
