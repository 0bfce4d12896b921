"""What people decide: objections, overrides, whom a name means, and who did what when.

Nothing here changes a published score. Acts are appended and never altered; what
holds on a day follows from them.
"""

from serving.review.acts import Act, Answered, Asked, By, Made, Reviews
from serving.review.forgetting import Forgotten, forget_words
from serving.review.objections import Objection, marks_of, objections_of
from serving.review.overrides import Override, in_force, overrides_of

__all__ = [
    "Act", "Answered", "Asked", "By", "Forgotten", "Made", "Objection", "Override", "Reviews",
    "forget_words", "in_force", "marks_of", "objections_of", "overrides_of",
]  # fmt: skip
