"""Mails: who asked to be told, what is owed, and how it is delivered."""
