"""Every SELECT, as a function named after the question it answers; a file per subject."""
