"""Where an event stands: published, held, cancelled, thrown away, taken off the public pages."""
