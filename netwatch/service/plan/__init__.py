"""Network, rules -> defects: what would go wrong in an outage, found by failing all on paper."""
