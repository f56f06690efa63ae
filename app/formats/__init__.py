"""From rows to bytes, streamed: one class a format."""
