"""A device that says nothing -> the lines that make it talk, by its maker. Pushes nothing."""
