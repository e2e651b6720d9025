"""A report on the screen and in files: terminal, HTML, Markdown, JSON, csv."""
