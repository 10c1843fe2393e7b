"""How far to trust a rank: uncertainty and sensitivity."""
