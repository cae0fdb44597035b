"""What is on: the answers to what citizens and programs ask."""
