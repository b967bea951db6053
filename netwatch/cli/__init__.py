"""click; thin: parse, call, print."""
