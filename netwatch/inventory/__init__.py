"""inventory/*.yaml, *.csv -> Network."""
