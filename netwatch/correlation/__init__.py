"""Alarm -> Incident."""
