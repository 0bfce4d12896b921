"""A city that behaves like one, and emits the department files contracts describe.

>>> from features.synthetic import generate
>>> generate.__name__
'generate'
"""

from features.synthetic.city import City, Delivery, generate
from features.synthetic.priors import Priors

__all__ = ["City", "Delivery", "Priors", "generate"]
