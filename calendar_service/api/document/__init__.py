"""What the API says of itself: its operations, as OpenAPI and as a page to read."""
