"""Pages of the KPIs: one module per noun."""
