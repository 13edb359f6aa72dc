"""The report of a monitoring committee: one structure, written as HTML and for Word."""

from crlm_dash.report.document import Document, Figure, Kind, Section, Table
from crlm_dash.report.preparing import document, report
from crlm_dash.report.writing_html import html
from crlm_dash.report.writing_word import word

__all__ = ["Document", "Figure", "Kind", "Section", "Table", "document", "html", "report", "word"]
