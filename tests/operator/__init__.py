"""A provider that does not exist: its billing system, its network's own tables, and the truth."""
