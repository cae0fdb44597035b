"""A feed's body: composed from kept texts, or from what stood there before; kept as a copy beside its gzip."""
