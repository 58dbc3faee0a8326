"""Who may see what of it, one module a topic. Every read starts here."""
