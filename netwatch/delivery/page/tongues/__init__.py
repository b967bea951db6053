"""What stands around the words on the page, a file a language."""
