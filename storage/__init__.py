"""Storage: the only place that knows SQL, with one module per noun."""
