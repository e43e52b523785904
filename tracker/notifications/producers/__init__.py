"""Producers of messages, one module for each reason. `are_due` looks for work, `plan` enqueues a batch of it."""
