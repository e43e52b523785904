"""Pages for readers. They read their own tables alone, which `tracker.publishing` writes."""
