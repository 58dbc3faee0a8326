"""From needs to proposals: rows become a problem of the planner, its plans become proposals."""
