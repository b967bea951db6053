"""Curves -> pictures: in the terminal, as SVG or PNG, as JSON."""
