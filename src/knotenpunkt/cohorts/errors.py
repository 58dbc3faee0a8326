class NobodyToPlan(Exception):
    """No person of this organization has an open need and no visit ahead."""
