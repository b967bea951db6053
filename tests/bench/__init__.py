"""Measurements of netwatch beside its peers: `make bench`, or `python -m tests.bench`."""
