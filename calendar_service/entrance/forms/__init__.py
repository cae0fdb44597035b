"""Forms that come back: whether they are ours, whether she who sends one may, and what is kept until she may."""
