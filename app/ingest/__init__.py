"""The only writes: from records to a revision."""
