"""Finds the facts of an article: spaCy components, one for each question, and their pipeline."""
