"""Who asks: each module is one manager of devices, run as a process of its own and metered."""
