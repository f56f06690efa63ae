"""URLs: an endpoint is a declaration and one call."""
