"""From a record to every number that it is behind, as a page."""
