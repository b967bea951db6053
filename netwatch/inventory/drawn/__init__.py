"""GeoJSON that the operator drew -> the outline of each area, and the area a point lies in."""
