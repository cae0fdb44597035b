"""What keeps the house well: its condition, the lease of its clock, tidying, restoring."""
