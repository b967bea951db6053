"""A simulated ISP in its own network namespace: real addresses, real ICMP, real SNMP."""
