"""Sample -> Alarm."""
