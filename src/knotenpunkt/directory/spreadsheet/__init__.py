"""Tables of partners: a template to fill in, reading them, and cells that never become code."""
