"""What officers do with an event, and what every change of one brings with it."""
