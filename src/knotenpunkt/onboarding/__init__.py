"""A new partner in a day: invited, filled in step by step, shown, bookable."""
