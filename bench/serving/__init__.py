"""Servers in processes of their own, and callers that ask them."""
