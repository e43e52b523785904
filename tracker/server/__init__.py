"""Running the tracker: the web server, the scheduler beside it, and the demonstration."""
