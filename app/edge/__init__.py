"""HTTP that belongs to no resource."""
