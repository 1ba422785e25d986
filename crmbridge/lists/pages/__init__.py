"""The pages of lists, each a part of their admin."""
