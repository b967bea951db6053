"""Samples and vital signs -> history."""
