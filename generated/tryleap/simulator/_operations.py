"""The operations of the document: where the simulator finds them, and an example of each result."""

from ._routing import Operation

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listAllModels",
        method="GET",
        path="/api/v2/images/models",
        is_protected=True,
        status=200,
        media_type="application/json",
        example={
            "models": [
                {
                    "id": "5f9b9c0e-7c1f-4b5c-9c0e-7c1f4b5c9c0e",
                    "name": "Alex Avatar Model",
                    "createdAt": "2026-01-31T12:00:00.000Z",
                    "subjectKeyword": "@me",
                    "subjectType": "person",
                    "status": "queued",
                    "imageSamples": ["https://example.com/me-1.jpg"],
                }
            ]
        },
    ),
    Operation(
        id="trainModel",
        method="POST",
        path="/api/v2/images/models/new",
        is_protected=True,
        status=200,
        media_type="application/json",
        example={
            "id": "5f9b9c0e-7c1f-4b5c-9c0e-7c1f4b5c9c0e",
            "name": "Alex Avatar Model",
            "createdAt": "2026-01-31T12:00:00.000Z",
            "subjectKeyword": "@me",
            "subjectType": "person",
            "status": "queued",
            "imageSamples": ["https://example.com/me-1.jpg"],
        },
    ),
    Operation(
        id="getModel",
        method="GET",
        path="/api/v2/images/models/{modelId}",
        is_protected=True,
        status=200,
        media_type="application/json",
        example={
            "id": "5f9b9c0e-7c1f-4b5c-9c0e-7c1f4b5c9c0e",
            "name": "Alex Avatar Model",
            "createdAt": "2026-01-31T12:00:00.000Z",
            "subjectKeyword": "@me",
            "subjectType": "person",
            "status": "queued",
            "imageSamples": ["https://example.com/me-1.jpg"],
        },
    ),
    Operation(
        id="deleteModel",
        method="DELETE",
        path="/api/v2/images/models/{modelId}",
        is_protected=True,
        status=200,
        media_type="application/json",
        example={
            "id": "5f9b9c0e-7c1f-4b5c-9c0e-7c1f4b5c9c0e",
            "name": "Alex Avatar Model",
            "createdAt": "2026-01-31T12:00:00.000Z",
            "subjectKeyword": "@me",
            "subjectType": "person",
            "status": "queued",
            "imageSamples": ["https://example.com/me-1.jpg"],
        },
    ),
)
