"""Wire shapes: what goes in and what comes out; no SQL, no HTTP."""
