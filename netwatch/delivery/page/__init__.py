"""Board -> the files of the public page: static, whole, readable without a script."""
