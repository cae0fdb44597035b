"""The demo season: lively, plausible, deterministic."""
