"""Tools that keep the curated file true: checks of the file itself, and comparisons with files of others."""
