"""Cross-promotion on the desk: what one's district proposes to others, and what others propose to it."""
