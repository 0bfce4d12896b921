"""One catalogue of features, run in batches or for one business."""
