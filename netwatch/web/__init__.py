"""The public page's dynamic half and the console."""
