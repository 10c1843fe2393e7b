<<<<<<< HEAD
"""How far to trust a rank: uncertainty and sensitivity (Handbook, step 7)."""
=======
"""How far to trust a rank: what is uncertain, what it moves, and which of it matters."""
>>>>>>> sobol
