"""Questions and answers of one device -> what it is, and what its sensors read."""
