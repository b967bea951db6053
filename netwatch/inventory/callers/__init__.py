"""Who calls: what somebody types of a caller -> whose lines that may be."""
