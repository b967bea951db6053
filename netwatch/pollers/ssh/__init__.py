"""Device -> Sample, by its command line: what SNMP does not tell."""
