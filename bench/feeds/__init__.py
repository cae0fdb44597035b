"""Feeds: polls, bodies, and the first answer after a change; beside nginx, a bare function and the plain way."""
