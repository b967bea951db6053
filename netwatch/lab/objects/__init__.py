"""World -> SNMP objects: what each device's agent shows, worked out when it is asked."""
