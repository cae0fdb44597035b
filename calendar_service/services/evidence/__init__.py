"""What came of what took place, and what it adds up to."""
