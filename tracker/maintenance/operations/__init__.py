"""How the installation fares, for whoever looks after it."""
