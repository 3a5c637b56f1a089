"""What the server of these tests answers where it does not echo."""

from __future__ import annotations

import json
from typing import Any

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
ANSWERS: dict[str, tuple[int, str, bytes]] = {
    "/answers/text": (200, "text/plain", "größer".encode()),
    "/answers/bytes": (200, "image/png", b"\x89PNG"),
    "/answers/nothing": (204, "", b""),
    "/answers/several/thing": (200, "application/json", b'{"name": "t"}'),
    "/answers/several/list": (202, "application/json", b'["a"]'),
    "/answers/several/problem": (418, "application/json", b'{"reason": "tea"}'),
    "/answers/no-schema%20at-all": (200, "application/json", b'{"a": [1]}'),
    "/answers/default": (200, "application/vnd.mine+json", b'{"name": "x"}'),
    "/answers/pets": (
        200,
        "application/json",
        b'[{"species": "dog", "tricks": ["sit"]}, {"species": "cat", "lives": 9}, {"species": "eel"}]',
    ),
    "/answers/shapes": (200, "application/json", b'[{"radius": 1.5}, {"side": 2}]'),
    "/answers/problem/taken": (409, "application/json", b'{"reason": "taken"}'),
    "/answers/problem/broken": (503, "application/json", b'["a", "b"]'),
    "/answers/problem/other": (400, "application/json", b'{"reason": "undocumented"}'),
    "/answers/problem/html": (409, "text/html", b"<p>taken</p>"),
    "/answers/everything": (200, "application/json", json.dumps(EVERYTHING).encode()),
    "/deprecated/thing": (200, "application/json", b'{"name": "n", "stale": "s", "gone": "g"}'),
}
