"""Paragraphs computed from the values of the tables, in English and Indonesian."""
