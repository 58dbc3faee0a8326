"""Two files that may be one person: found wide, proposed, never merged alone."""
