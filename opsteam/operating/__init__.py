"""Running opsteam: back-up, restore, proof, metrics, retention, and what is stored about one person."""
