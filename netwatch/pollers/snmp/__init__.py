"""SNMP: get and walk by profile."""
