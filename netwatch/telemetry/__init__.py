"""Samples, readings and vital signs -> history, other systems' databases, `/metrics`."""
