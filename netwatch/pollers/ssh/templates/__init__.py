"""Own TextFSM templates: for what ntc-templates has none for, or a wrong one."""
