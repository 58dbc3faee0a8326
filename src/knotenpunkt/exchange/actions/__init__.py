"""Posts are asked, answered, changed and taken away; newsletters are drafted and released."""
