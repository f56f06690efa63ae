"""From one revision to the files of a release: the only room that reads, formats and records at once."""
