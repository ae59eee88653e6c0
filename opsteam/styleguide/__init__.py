"""The living page of the design system: every token and every component, in both languages and both themes."""
