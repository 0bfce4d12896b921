"""A model as the service reads it: checked arrays, margins, exact Shapley values."""
