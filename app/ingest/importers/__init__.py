"""Public datasets as typed records, line by line: pure, no database, no guess.

One module a dataset, the records in `base`, the list of what can be imported in `catalog`.
"""
