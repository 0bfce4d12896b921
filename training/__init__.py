"""Cohorts, outcomes, models, evaluation and the registry."""
