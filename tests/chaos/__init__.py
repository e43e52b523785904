"""Schedulers that are killed and stopped while they work, a writer, and real servers that count what arrives: `make chaos`."""
