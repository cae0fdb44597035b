"""What is on: a selection as SQL, its lists, their counts, and what search engines are told."""
