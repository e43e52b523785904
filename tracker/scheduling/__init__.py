"""Bringing claims back to the desk: flagging and reminding."""
