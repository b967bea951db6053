"""A drill: the real pipeline and the real staff, a made fault, and no way to any customer."""
