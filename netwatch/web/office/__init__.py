"""The staff's pages, for those who are logged in: the desk's, and one for each incident."""
