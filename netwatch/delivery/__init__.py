"""Notice -> person: the only code that touches people."""
