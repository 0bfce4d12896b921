"""Decisions as people read them: plain text, an HTML fragment, or JSON, by view.

Four views of one decision: the registry sees tier and flags; the regulator
everything; the subject, in plain words, what stands for and against it and its
rights, and its tier only where the policy says so; the auditor everything and
the raw vector.
"""

from serving.render.html import html
from serving.render.text import text
from serving.render.views import VIEWS, View, seen, view_json

__all__ = ["VIEWS", "View", "html", "seen", "text", "view_json"]
