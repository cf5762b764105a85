"""The application over HTTP. The only place that imports FastAPI, which the package does not depend on.

Invariants: the acting user comes from the verified token and from nowhere else; every request that touches
data has one session of its own, in which the database knows the user too; answers are sent after the commit.
"""

from toolkit.demo.http.app import create_app

__all__ = ["create_app"]
