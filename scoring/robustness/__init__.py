"""How far to trust scores and ranks: uncertainty and sensitivity."""
