"""The officer's desk: what she looks at before she decides."""
