"""What sources say + what the network shows -> who hangs where, and what to ask a person."""
