"""Records, when they may be used, and the features computed from them."""
