"""The models of the API. Each is loaded when it is first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .error_body import ErrorBody
    from .list_models_v2_response import ListModelsV2Response
    from .model_v2_entity import ModelV2Entity
    from .training_ended_event import TrainingEndedEvent

__all__ = [
    "ErrorBody",
    "ListModelsV2Response",
    "ModelV2Entity",
    "TrainingEndedEvent",
]

# Where codecs look models up.
MODELS = __name__

_MODULES: dict[str, str] = {
    "ErrorBody": "error_body",
    "ListModelsV2Response": "list_models_v2_response",
    "ModelV2Entity": "model_v2_entity",
    "TrainingEndedEvent": "training_ended_event",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
