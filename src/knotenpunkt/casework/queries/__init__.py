"""Who may see what of shared work, one module a topic. Every read starts here."""
