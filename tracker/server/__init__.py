"""Running the tracker: the web server, the scheduler and the demonstration."""
