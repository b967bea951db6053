"""Incident -> Task, Escalation, Notice."""
