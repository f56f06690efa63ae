"""The only reads: from a question to rows."""
