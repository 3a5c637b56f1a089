"""What the server of these tests answers where it does not echo."""

from __future__ import annotations

import json
from typing import Any

from tests.support.http_server import Response

ID = "5f9b9c0e-7c1f-4b5c-9c0e-7c1f4b5c9c0e"
EVERYTHING: dict[str, Any] = {
    "extended": {"id": ID, "extra": "e"},
    "union": "2026-01-31",
    "nullable": None,
    "nullableThing": {"name": "n", "kind": "thing", "parts": [{"name": "p", "parts": [{"name": "pp"}]}]},
    "level": 3,
    "state": "later",
    "day": "2026-01-31",
    "uid": ID,
    "counts": {"a": 1},
    "things": {"t": {"name": "t"}},
    "free": {"b": [1]},
    "anything": [None, {"c": 2}],
    "matrix": [[1, 2.5]],
    "model": {"id": "i"},
    "fields": [{"any": "a"}],
    "known": "pink",
    "either": ["off", None, "on"],
    "rows": ["2026-01-31"],
    "pair": ["first", "second", 3],
    "when": "2026-01-31",
    "more": 7,
}
RESPONSES: dict[str, Response] = {
    "/answers/text": Response(200, "größer".encode(), "text/plain"),
    "/answers/bytes": Response(200, b"\x89PNG", "image/png"),
    "/answers/nothing": Response(204, b"", ""),
    "/answers/several/thing": Response(200, b'{"name": "t"}'),
    "/answers/several/list": Response(202, b'["a"]'),
    "/answers/several/problem": Response(418, b'{"reason": "tea"}'),
    "/answers/no-schema%20at-all": Response(200, b'{"a": [1]}'),
    "/answers/default": Response(200, b'{"name": "x"}', "application/vnd.mine+json"),
    "/answers/pets": Response(
        200, b'[{"species": "dog", "tricks": ["sit"]}, {"species": "cat", "lives": 9}, {"species": "eel"}]'
    ),
    "/answers/shapes": Response(200, b'[{"radius": 1.5}, {"side": 2}]'),
    "/answers/problem/taken": Response(409, b'{"reason": "taken"}'),
    "/answers/problem/broken": Response(503, b'["a", "b"]'),
    "/answers/problem/other": Response(400, b'{"reason": "undocumented"}'),
    "/answers/problem/html": Response(409, b"<p>taken</p>", "text/html"),
    "/answers/everything": Response(200, json.dumps(EVERYTHING).encode()),
    "/deprecated/thing": Response(200, b'{"name": "n", "stale": "s", "gone": "g"}'),
}
