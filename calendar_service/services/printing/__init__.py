"""What is made for paper and for other people's screens: the programme as PDF, the cards of events."""
