"""What devices say unasked -> Trap, Syslog, Change: it proves nothing, it makes netwatch look."""
