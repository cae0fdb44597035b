"""What people do: one module per activity, one function per verb; callers own the transaction."""
