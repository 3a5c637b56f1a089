"""Where the document gains operations the client, the command line and the simulator have them, unwritten."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import yaml

from scripts.generator import pipeline
from tests.support.paths import ROOT
from tests.support.subprocesses import ENVIRONMENT, run_python

SCORE = {
    "type": "object",
    "required": ["id", "score", "day", "notes"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "score": {"type": "integer", "minimum": 3, "maximum": 9},
        "day": {"type": "string", "format": "date"},
        "kind": {"type": "string", "enum": ["rough", "fine"]},
        "notes": {"type": "array", "minItems": 2, "items": {"type": "string", "example": "too dark"}},
        "next": {"$ref": "#/components/schemas/Score"},
    },
}
GAINED = {
    "/api/v2/images/models/{modelId}/score": {
        "get": {
            "operationId": "getScore",
            "summary": "Get the score of a model.",
            "tags": ["Image Models"],
            "parameters": [{"name": "modelId", "in": "path", "required": True, "schema": {"type": "string"}}],
            "responses": {
                "200": {
                    "description": "The score.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Score"}}},
                }
            },
        }
    },
    "/api/v2/images/captions": {
        "post": {
            "operationId": "writeCaptions",
            "summary": "Write captions.",
            "tags": ["Captions"],
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "required": ["prompt"],
                            "properties": {"prompt": {"type": "string"}},
                        }
                    }
                },
            },
            "responses": {
                "202": {
                    "description": "They are being written.",
                    "content": {
                        "application/json": {
                            "schema": {"type": "array", "items": {"type": "string"}},
                            "example": ["a cat", "a dog"],
                        }
                    },
                }
            },
        }
    },
}

PROGRAM = """
import json, os, sys
from tryleap import AuthenticationError, Leap
from tryleap.cli import main
from tryleap.simulator import running

with running(tokens=["any-key"]) as server:
    os.environ.update(LEAP_API_KEY="any-key", LEAP_BASE_URL=server.base_url)
    with Leap() as leap:
        score = leap.image_models.get_score("a/b").to_dict()
        captions = leap.captions.with_raw_response.write_captions(prompt="@me")
    with Leap("wrong") as leap:
        try:
            leap.image_models.get_score("1")
        except AuthenticationError:
            print("refused")
    print(json.dumps({"score": score, "captions": [captions.status_code, captions.data]}), flush=True)
    status = main(["models", "get-score", "1", "--json"]) + main(
        ["captions", "write-captions", "--prompt", "@me", "--json"]
    )
    print(status, [(each.operation, each.path, each.status) for each in server.requests])
"""


def test_two_further_operations(tmp_path: Path) -> None:
    """They route, ask for the key, and answer with what their schemas make of it or their examples say."""
    document = yaml.safe_load((ROOT / "openapi.yaml").read_text(encoding="utf-8"))
    document["paths"].update(GAINED)
    document["components"]["schemas"]["Score"] = SCORE
    (tmp_path / "more.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    pipeline.generate(tmp_path / "more.yaml", ROOT / "generator-config.yaml", tmp_path / "out")

    environment = {**ENVIRONMENT, "PYTHONPATH": str(tmp_path / "out")}
    done = run_python("-c", PROGRAM, env=environment, cwd=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    refused, made, score_again, *captions_again, requests = done.stdout.splitlines()
    responses = yaml.safe_load(made)
    assert refused == "refused"
    jsonschema.validate(responses["score"], {**document, "$ref": "#/components/schemas/Score"})
    assert responses["score"]["notes"] == ["too dark", "too dark"]
    assert responses["captions"] == [202, ["a cat", "a dog"]]
    assert yaml.safe_load(score_again) == responses["score"]
    assert [yaml.safe_load(line) for line in captions_again] == ["a cat", "a dog"]
    path, captions = "/api/v2/images/models/{}/score", "/api/v2/images/captions"
    assert requests == "0 " + str(
        [
            ("getScore", path.format("a%2Fb"), 200),
            ("writeCaptions", captions, 202),
            ("getScore", path.format("1"), 401),
            ("getScore", path.format("1"), 200),
            ("writeCaptions", captions, 202),
        ]
    )
