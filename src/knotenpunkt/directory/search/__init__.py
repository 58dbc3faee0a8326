"""Finding services by what people type: folded words, synonyms, similar words, in one query."""
