"""Fact -> what survives a power cut -> Fact."""
