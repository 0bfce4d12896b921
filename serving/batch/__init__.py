"""Score everyone: from a feature matrix to published scores and the online store."""

from serving.batch.points import explain_everyone
from serving.batch.scoring import score_everyone

__all__ = ["explain_everyone", "score_everyone"]
