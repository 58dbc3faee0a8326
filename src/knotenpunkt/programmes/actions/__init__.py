"""Every change of programmes, their phases, and what is known of a person for them."""
