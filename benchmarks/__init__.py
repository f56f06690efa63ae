"""What the server costs beside the limit of its platform and beside what a user would pick instead; `make bench` runs it."""
