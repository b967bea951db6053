"""Person -> Arrival: the door."""
