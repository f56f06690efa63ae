"""Files that others publish, line by line as they are: pure, no database, nothing of this project's own terms.

Importers turn these rows into records; the cross-check holds them against the seed.
"""
