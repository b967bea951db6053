"""Device knowledge as data: one file a family."""
