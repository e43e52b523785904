"""What leaves and enters the tracker: exports and imports."""
