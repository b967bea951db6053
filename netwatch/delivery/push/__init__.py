"""The public page -> places off our own network: whole, in order, read back, tried again."""
