"""Two other ways to name a fault, played from the same tapes as netwatch."""
