"""Staff of all partners ask, answer, read the newsletter."""
