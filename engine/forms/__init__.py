"""The forms of an explanation: text, Markdown, JSON, Turtle, JSON-LD, Mermaid, SVG."""

from engine.forms.catalogue import FORMS, Form, render

__all__ = ["FORMS", "Form", "render"]
