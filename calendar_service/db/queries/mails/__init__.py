"""Who wants to be told of what, and what is owed."""
