"""The tests. A package, so that no other package of that name can be taken for it."""
