"""The models of the API."""

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
