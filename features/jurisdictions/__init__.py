"""Built-in jurisdictions: one package each, declarations only."""
