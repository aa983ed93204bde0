"""The web console, under `/_console`: what the stand-ins were asked, answered and hold, in a browser.

It knows the server only through the control API, which it calls through the application it stands before: what the
console shows, any program can have. How it is put together:

| file | holds |
|---|---|
| `layer.py` | the ASGI layer: lets in whom the control API lets in, and brings pages to threads of their own |
| `visit.py` | one browser's request: the cookie it has, the headers it is known to the control API by |
| `control.py` | calls of the control API, from the layer and from pages |
| `pages.py` | the Flask application: what all pages have in common, and what becomes of errors |
| `views/<view>.py`, `templates/<view>/` | one view: its pages and its templates |
| `views/__init__.py` | the navigation, a line for each view |
| `static/` | style and scripts; nothing is loaded from elsewhere |

A view is added with a module of a blueprint `view` in `views/`, its templates, which extend `layout.html` and take what
`macros.html` offers, and a line in `views/__init__.py`. Its pages ask `g.control` about the world `g.world`; a refusal
of the control API becomes a page by itself. What changes something is a form made with the macro `form`.

Flask is imported at the first request to a page: `serve` starts without it.
"""

from __future__ import annotations

from mockserver.console.layer import CONSOLE, Console

__all__ = ["CONSOLE", "Console"]
