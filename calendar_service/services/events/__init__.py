"""What officers do with an event: post it, change it, put it back."""
