"""Writes on claims. Every function works in the caller's transaction and never commits."""
