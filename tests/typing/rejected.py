"""Wrong uses of the client.

Each line that ends in a comment "refused" must be an error for a type checker, and no other line may be one.
"""

from __future__ import annotations

from tryleap import AsyncLeap, Leap, LeapError


def wrong(leap: Leap) -> None:
    """Calls that cannot be right."""
    models = leap.image_models
    models.train_model(image_sample_files=["a.jpg"], image_sample_urls=["u"])  # refused
    models.train_model(name="x")  # refused
    models.train_model()  # refused
    models.train_model_and_wait(image_sample_files=["a.jpg"], image_sample_urls=["u"])  # refused
    models.train_model_and_wait(name="x")  # refused
    models.with_raw_response.train_model(name="x")  # refused
    models.train_model(image_sample_files=[1])  # refused
    models.train_model(image_sample_files="a.jpg")  # refused
    models.train_model(image_sample_files=b"bytes")  # refused
    models.train_model(image_sample_files=(name for name in ["a.jpg"]))  # refused
    models.train_model(image_sample_urls="https://example.com/a.jpg")  # refused
    models.get_model()  # refused
    models.get_model(5)  # refused
    models.wait_for_model(5)  # refused
    models.wait_for_model(models.list_all_models())  # refused
    models.get_model("id", 5)  # refused
    models.get_model("id", retries=5)  # refused
    print(models.list_all_models().modls)  # refused
    print(models.list_all_models()["a"])  # refused
    print(models.list_all_models()[0].nam)  # refused
    Leap(token="x")  # refused
    Leap(api_key="x")  # refused
    Leap("x", None, "y")  # refused


def wrong_errors(error: LeapError) -> str:
    """What an error does not promise."""
    return error.model.id  # refused


async def wrong_awaited(leap: AsyncLeap) -> None:
    """The same, awaited."""
    await leap.image_models.train_model(image_sample_files=["a.jpg"], image_sample_urls=["u"])  # refused
    await leap.image_models.train_model(name="x")  # refused
    await leap.image_models.with_raw_response.train_model()  # refused
