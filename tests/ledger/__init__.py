"""The history: recording, sealing, verifying, erasing, exporting."""
