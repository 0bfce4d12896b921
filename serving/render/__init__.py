"""Decisions as people read them: plain text, an HTML fragment, or PDF, by view.

Four views of one decision: the registry sees tier and flags; the regulator
everything; the subject, in plain words, what stands for and against it and its
rights, and its tier only where the policy says so; the auditor everything and
the raw vector. What people did and what the records say stand beside it
(`serving.render.case_file`). An account of a change is rendered likewise, for
regulator and subject. A PDF is made by `serving.render.pdf`, imported only when
one is asked for.
"""

from serving.render.change_html import change_html
from serving.render.change_text import change_text
from serving.render.html import html
from serving.render.text import text
from serving.render.views import VIEWS, View, seen

__all__ = ["VIEWS", "View", "change_html", "change_text", "html", "seen", "text"]
