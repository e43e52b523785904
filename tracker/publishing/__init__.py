"""The newsroom's side of publication: what goes public and when, the projection for readers, and readers' reports."""
