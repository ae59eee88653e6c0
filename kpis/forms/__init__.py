"""The shape of what people ask of and type on the KPI pages."""
