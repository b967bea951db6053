"""rules/*.yaml -> Rulebook."""
