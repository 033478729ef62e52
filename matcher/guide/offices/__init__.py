"""Contacts as guides write them, and which of them serves each topic."""
