"""Bulk API 2.0: jobs, their states and their files."""
