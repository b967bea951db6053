"""Files and the door's answers -> what browsers see: the public page, the console."""
