"""Events over the API: read, written, their statuses, dates and co-hosts."""
