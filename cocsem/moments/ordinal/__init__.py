"""Moments of ordered answers: thresholds and correlations of the latent responses behind them."""
