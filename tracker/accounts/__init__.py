"""The people of the newsroom, how they sign in, and the newsroom's settings."""
