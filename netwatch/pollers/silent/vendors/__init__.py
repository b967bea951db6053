"""The lines that make gear talk, as data: one file a family."""
