"""What every change of an event brings with it, in the same transaction."""
