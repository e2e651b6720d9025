"""The same model for other programs: lavaan, Mplus and semopy."""
