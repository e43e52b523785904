"""From an article to claims: getting its text, sorting its candidates. Above suggest and claims."""
