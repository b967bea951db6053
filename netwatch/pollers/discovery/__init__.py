"""Addresses -> the gear there and the links between it, as the gear itself tells."""
