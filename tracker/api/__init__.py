"""The JSON API for other programs: one table of resources, from which routes, answers, OpenAPI and its page are drawn."""
