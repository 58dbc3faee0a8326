"""Everything that writes to the directory."""
