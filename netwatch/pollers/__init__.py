"""Device -> Sample; the only code that touches devices."""
