"""What took place, as numbers to hand on."""
