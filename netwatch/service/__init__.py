"""Who is who today: loop, wiring, clock."""
