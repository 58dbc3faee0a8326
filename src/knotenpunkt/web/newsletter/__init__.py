"""The way out of the newsletter, by a signed link."""
