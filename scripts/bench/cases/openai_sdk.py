"""openai, a well-known generated SDK: its list of models."""

from __future__ import annotations

from common import main, measured
from openai import OpenAI


def one(base_url: str) -> dict[str, float]:
    client = OpenAI(api_key="key", base_url=f"{base_url}/v1")
    return measured(client.models.list, 500)


main({"one": one})
