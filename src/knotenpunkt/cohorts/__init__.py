"""People who arrive together and are planned together: asked for, planned, booked one by one."""
