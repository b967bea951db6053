"""Facts <-> storage: one append-only port."""
