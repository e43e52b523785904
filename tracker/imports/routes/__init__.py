"""Import on the web: the steps of a file, and their pages."""
