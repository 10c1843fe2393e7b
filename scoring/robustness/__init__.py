"""How far to trust a rank: what is uncertain, what it moves, and which of it matters."""
