"""Person -> Arrival: the door through which people and other processes speak to the service."""
