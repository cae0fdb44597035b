"""An officer and her account: how she comes in, what she has with her (tokens, calendars)."""
