"""The sample articles of `seeds/`, for a demonstration and for tests."""
