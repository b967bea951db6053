"""netwatch: from a lost ping to the people it concerns, within a minute."""

__version__ = "0.1.0"
