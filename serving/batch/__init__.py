"""Score everyone: from a feature matrix to published scores and the online store."""

from serving.batch.scoring import score_everyone

__all__ = ["score_everyone"]
