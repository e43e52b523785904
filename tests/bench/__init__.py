"""The benchmark: `make bench`. Nothing here is collected by the tests but what they import; see docs/performance.md."""
