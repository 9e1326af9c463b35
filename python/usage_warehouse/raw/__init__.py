"""The raw folder: its files, their hashes and its contract."""
