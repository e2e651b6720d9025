"""Models with ordered items: their moments, inference, indices and scores, where these are others than for continuous items."""
