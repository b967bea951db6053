"""What netwatch knows of command lines: one readable file a platform."""
