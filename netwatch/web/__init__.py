"""Files and the door's answers -> what browsers see: page, answers to visitors, console."""
