"""Single changes to the client and its runtime, as a slip of the hand would make them.

Each replaces a text that stands once in its file, and at least one contract test must fail for it. A change
that none catches needs a reason under `survives`: why no user of the API could see the difference.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """One change: what it breaks, and the text that becomes another."""

    file: str
    name: str
    was: str
    becomes: str
    survives: str | None = None


MUTATIONS = (
    Mutation(
        "operations/image_models.py",
        "another path",
        'path="/api/v2/images/models/new"',
        'path="/api/v2/images/model/new"',
    ),
    Mutation(
        "operations/image_models.py",
        "a path of the older API",
        'path="/api/v2/images/models",',
        'path="/api/v1/images/models",',
    ),
    Mutation("operations/image_models.py", "PUT instead of POST", 'method="POST"', 'method="PUT"'),
    Mutation("operations/image_models.py", "GET instead of DELETE", 'method="DELETE"', 'method="GET"'),
    Mutation(
        "operations/image_models.py",
        "another name of a field",
        'FormField("subjectKeyword"',
        'FormField("subject_keyword"',
    ),
    Mutation(
        "operations/image_models.py",
        "another case of a field",
        'FormField("webhookUrl"',
        'FormField("webhookURL"',
    ),
    Mutation(
        "operations/image_models.py",
        "a field with the value of another",
        'FormField("subjectType", subject_type',
        'FormField("subjectType", subject_keyword',
    ),
    Mutation(
        "operations/image_models.py", "a field left out", '                FormField("name", name, STR),', ""
    ),
    Mutation(
        "operations/image_models.py",
        "URLs joined by commas",
        "                    explode=True,",
        "                    explode=False,",
    ),
    Mutation(
        "operations/image_models.py",
        "the repeated field in the singular",
        'FormField(\n                    "imageSampleUrls"',
        'FormField(\n                    "imageSampleUrl"',
    ),
    Mutation(
        "operations/image_models.py",
        "files in the field of the URLs",
        'FileField(\n                    "imageSampleFiles"',
        'FileField(\n                    "imageSampleUrls"',
    ),
    Mutation(
        "operations/image_models.py",
        "an empty list of URLs passes",
        "explode=True,\n                    min_items=1,",
        "explode=True,",
    ),
    Mutation(
        "operations/image_models.py",
        "an empty list of files passes",
        "many=True,\n                    min_items=1,",
        "many=True,",
    ),
    Mutation(
        "operations/image_models.py",
        "both kinds of images pass",
        "        image_sample_urls=image_sample_urls,\n        image_sample_files=image_sample_files,\n    )",
        "        image_sample_urls=image_sample_urls or image_sample_files,\n    )",
    ),
    Mutation(
        "operations/image_models.py",
        "status 201 is not known",
        '        "201": Answer("application/json", ModelOf(ModelV2Entity)),',
        "",
    ),
    Mutation(
        "operations/image_models.py",
        "a list read as one model",
        "ModelOf(ListModelsV2Response)",
        "ModelOf(ModelV2Entity)",
    ),
    Mutation(
        "operations/image_models.py",
        "finished is not the end",
        'done=frozenset(("finished",))',
        'done=frozenset(("ready",))',
    ),
    Mutation(
        "operations/image_models.py",
        "failed is not the end",
        'failed=frozenset(("failed",))',
        "failed=frozenset()",
    ),
    Mutation(
        "operations/image_models.py",
        "a failure without its class",
        "failed_error=TrainingFailedError",
        "failed_error=TrainingFailedError.__base__",
    ),
    Mutation(
        "operations/image_models.py", "waiting by another field", 'status="status"', 'status="subject_type"'
    ),
    Mutation(
        "operations/image_models.py",
        "no way to find out",
        'find_out="image_models.list_all_models()"',
        "find_out=None",
    ),
    Mutation("operations/image_models.py", "advice of another status", '"402": (', '"403": ('),
    Mutation(
        "operations/image_models.py",
        "an error without its model",
        '        "402": ModelOf(ErrorBody),',
        "",
    ),
    Mutation(
        "operations/image_models.py",
        "training without a token",
        '    begins="id",\n    security=(("bearer",),),',
        '    begins="id",\n    security=(),',
    ),
    Mutation(
        "resources/image_models.py",
        "delete gets",
        "operations.delete_model(model_id)",
        "operations.get_model(model_id)",
    ),
    Mutation(
        "resources/async_image_models.py",
        "the async client deletes where it should get",
        "call = operations.get_model(model_id)",
        "call = operations.delete_model(model_id)",
    ),
    Mutation(
        "models/model_v2_entity.py",
        "a field read under its Python name",
        'json_key("createdAt", STR)',
        'json_key("created_at", STR)',
    ),
    Mutation(
        "models/model_v2_entity.py",
        "a field written under its Python name",
        'json_key("subjectKeyword", STR)',
        'json_key("subject_keyword", STR)',
    ),
    Mutation(
        "models/model_v2_entity.py",
        "a field read from another",
        'json_key("subjectType", STR)',
        'json_key("subjectKeyword", STR)',
    ),
    Mutation(
        "models/model_v2_entity.py",
        "a required field becomes optional",
        "name: str = field(metadata=",
        "name: str | None = field(default=None, metadata=",
    ),
    Mutation(
        "_runtime/models/base.py",
        "an unknown field is taken for a known one",
        "if len(values) != len(source) else {}",
        "if len(values) > len(source) else {}",
    ),
    Mutation(
        "models/model_v2_entity.py",
        "the list of samples lost",
        'json_key("imageSamples", ListOf(STR))',
        'json_key("imageSample", ListOf(STR))',
    ),
    Mutation("_settings.py", "another scheme of the token", 'kind="bearer"', 'kind="basic"'),
    Mutation("_settings.py", "another scheme than the document's", 'scheme="bearer"', 'scheme="token"'),
    Mutation("_settings.py", "another name in User-Agent", 'package="tryleap"', 'package="leap"'),
    Mutation(
        "_runtime/request/credentials.py", "a token without its scheme", 'f"Bearer {value}"', 'f"{value}"'
    ),
    Mutation(
        "_runtime/request/credentials.py",
        "another header for the token",
        'Placed("header", "Authorization", f"Bearer',
        'Placed("header", "X-API-Key", f"Bearer',
    ),
    Mutation(
        "_runtime/operations.py",
        "another accepted type",
        'self.accept = ", ".join(media_types)',
        'self.accept = "*/*"',
    ),
    Mutation(
        "_runtime/operations.py",
        "POST counts as repeatable",
        '{"PUT", "DELETE"}',
        '{"PUT", "DELETE", "POST"}',
    ),
    Mutation(
        "_runtime/operations.py",
        "DELETE does not count as repeatable",
        '_READING | {"PUT", "DELETE"}',
        '_READING | {"PUT"}',
    ),
    Mutation(
        "_runtime/operations.py", "none of the images passes", "if len(given) != 1:", "if len(given) > 1:"
    ),
    Mutation(
        "_runtime/operations.py",
        "classes of statuses are not found",
        "{status // 100}XX",
        "{status // 100}xx",
    ),
    Mutation(
        "_runtime/request/parameters.py",
        "a slash stays in a segment",
        'quote(text, safe="")',
        'quote(text, safe="/")',
    ),
    Mutation(
        "_runtime/request/parameters.py",
        "two dots pass",
        'if text in ("", ".", ".."):',
        'if text in ("", "."):',
    ),
    Mutation(
        "_runtime/request/parameters.py",
        "an empty id passes",
        'if text in ("", ".", ".."):',
        'if text in (".", ".."):',
    ),
    Mutation(
        "_runtime/request/multipart.py", "a fixed boundary", "secrets.token_hex(_BOUNDARY_BYTES)", '"0" * 48'
    ),
    Mutation(
        "_runtime/request/multipart.py",
        "a short boundary",
        "_BOUNDARY_BYTES: Final = 24",
        "_BOUNDARY_BYTES: Final = 2",
    ),
    Mutation(
        "_runtime/request/multipart.py",
        "the last boundary left open",
        'f"--{boundary}--\\r\\n"',
        'f"--{boundary}\\r\\n"',
    ),
    Mutation(
        "_runtime/request/multipart.py",
        "a line feed alone after a file",
        'value, b"\\r\\n"]',
        'value, b"\\n"]',
    ),
    Mutation("_runtime/request/multipart.py", "no file name", "b'; filename=\"' +", "b'; file=\"' +"),
    Mutation(
        "_runtime/request/multipart.py", "no media type of a part", "Content-Type: '", "Content-Kind: '"
    ),
    Mutation(
        "_runtime/request/multipart.py", "a quote stays in a file name", "character == '\"' or", "False or"
    ),
    Mutation(
        "_runtime/request/multipart.py",
        "the last of several URLs lost",
        "yield from texts",
        "yield from texts[:1]",
    ),
    Mutation(
        "_runtime/request/multipart.py",
        "the last of several files lost",
        "for index, each in enumerate(items)]\n        else:",
        "for index, each in enumerate(items[:1])]\n        else:",
    ),
    Mutation(
        "_runtime/request/multipart.py",
        "text in another encoding",
        'b"\\r\\n\\r\\n" + text.encode()',
        'b"\\r\\n\\r\\n" + text.encode("utf-16")',
    ),
    Mutation(
        "_runtime/request/media_types.py",
        "another media type of a name",
        '".jpg": "image/jpeg"',
        '".jpg": "image/jpg"',
    ),
    Mutation(
        "_runtime/request/media_types.py",
        "WebP is not recognised",
        'first[8:12] == b"WEBP"',
        'first[8:12] == b"WEBM"',
    ),
    Mutation(
        "_runtime/request/media_types.py",
        "another default media type",
        'DEFAULT_MEDIA_TYPE: Final = "application/octet-stream"',
        'DEFAULT_MEDIA_TYPE: Final = "image/png"',
    ),
    Mutation(
        "_runtime/request/files.py",
        "the caller's media type is ignored",
        "if self.media_type is None:\n            of_name",
        "if True:\n            of_name",
    ),
    Mutation(
        "_runtime/request/files.py",
        "a file object is read from its start",
        "return position if isinstance(position, int) else None",
        "return 0 if isinstance(position, int) else None",
    ),
    Mutation(
        "_runtime/request/file_reader.py",
        "the end of a large file lost",
        "bytes(self._view[self._at : self._at + CHUNK])",
        "bytes(self._view[self._at : CHUNK])",
    ),
    Mutation(
        "_runtime/request/file_reader.py",
        "the first bytes of a stream lost",
        'kept, self._kept = self._kept, b""\n            return kept',
        'self._kept = b""',
    ),
    Mutation("_runtime/engine.py", "no length announced", "if payload.length is None:", "if True:"),
    Mutation(
        "_runtime/engine.py",
        "headers of one call lost",
        "for name, value in plan.extra.items():",
        "for name, value in ():",
    ),
    Mutation(
        "_runtime/engine.py",
        "a replaced token is not sent",
        "self.keys = KeyRing({**self.keys.values, argument: value})",
        "self.keys.values = {**self.keys.values, argument: value}",
    ),
    Mutation("_runtime/engine.py", "no content type", 'headers["Content-Type"] = payload.media_type', "pass"),
    Mutation(
        "_runtime/request/headers.py",
        "another User-Agent",
        'f"{settings.package}/{settings.version} python',
        'f"{settings.package} python',
    ),
    Mutation("_runtime/request/headers.py", "default headers lost", "headers.update(default)", "pass"),
    Mutation("_runtime/errors.py", "two classes swapped", "404: NotFoundError", "404: ConflictError"),
    Mutation("_runtime/errors.py", "402 without its class", "    402: PaymentRequiredError,", ""),
    Mutation("_runtime/errors.py", "422 as 400", "422: UnprocessableEntityError", "422: BadRequestError"),
    Mutation(
        "_runtime/errors.py", "another boundary of server errors", "if status >= 500:", "if status > 500:"
    ),
    Mutation(
        "_runtime/errors.py",
        "invented statuses are no server errors",
        "if status >= 500:",
        "if 500 <= status < 512:",
    ),
    Mutation(
        "_runtime/response/decode.py",
        "no body of an error",
        "body=body,\n        request_id=name,\n        data",
        "body=None,\n        request_id=name,\n        data",
    ),
    Mutation(
        "_runtime/response/decode.py",
        "no documented error body",
        "data=_data(call, reply.status, body),",
        "data=None,",
    ),
    Mutation(
        "_runtime/response/decode.py",
        "no name of the request",
        '_REQUEST_IDS: Final = ("x-request-id", ',
        "_REQUEST_IDS: Final = (",
    ),
    Mutation(
        "_runtime/response/decode.py",
        "a list passes for a model",
        "    if found is value:\n",
        "    if found is NotImplemented:\n",
    ),
    Mutation(
        "_runtime/retry.py",
        "503 counts as refused",
        "if status == 429:",
        "if status in (429, 503):",
    ),
    Mutation("_runtime/retry.py", "429 is final", "if status == 429:", "if False:"),
    Mutation(
        "_runtime/retry.py",
        "an exception of a hook counts as a failed connection",
        'return kind if kind in _AFTER_SENDING_BEGAN else "foreign"',
        "return kind",
    ),
    Mutation(
        "_runtime/retry.py",
        "a refusal of somebody else counts",
        "if not is_own:",
        "if False:",
    ),
    Mutation(
        "_runtime/retry.py",
        "a 303 did nothing",
        "frozenset({301, 307, 308})",
        "frozenset({301, 303, 307, 308})",
    ),
    Mutation(
        "_runtime/uploads.py",
        "a body is sent twice by the library",
        "if self.began:\n            raise",
        "if False:\n            raise",
    ),
    Mutation(
        "_runtime/waiting.py",
        "an error of a wait hides what was bought",
        "problem.model = self.model if problem.model is None else problem.model",
        "pass",
    ),
    Mutation(
        "_runtime/retry.py",
        "a lost training is sent again",
        'if kind in ("lost", "timed_out"):\n        return Verdict(repeat=repeatable',
        'if kind in ("lost", "timed_out"):\n        return Verdict(repeat=True',
    ),
    Mutation(
        "_runtime/retry.py",
        "a training is sent again after 500",
        "if status in RETRIED_STATUSES:\n        return Verdict(repeat=repeatable, ambiguous=True)",
        "if status in RETRIED_STATUSES:\n        return Verdict(repeat=True, ambiguous=True)",
    ),
    Mutation("_runtime/retry.py", "520 is final", "504, 520, 521", "504, 521"),
    Mutation(
        "_runtime/retry.py", "501 is sent again", "frozenset({408, 500, 502", "frozenset({408, 500, 501, 502"
    ),
    Mutation("_runtime/retry.py", "a refused token is final", "if status == 401 and renewable:", "if False:"),
    Mutation(
        "_runtime/sending.py",
        "one retry too many",
        "self.retries >= plan.max_retries",
        "self.retries > plan.max_retries",
    ),
    Mutation("_runtime/sending.py", "the token is asked for again and again", "self.renewed = True", "pass"),
    Mutation(
        "_runtime/sending.py",
        "an earlier attempt is forgotten",
        "self.ambiguous = before or decided.ambiguous",
        "self.ambiguous = decided.ambiguous",
    ),
    Mutation(
        "_runtime/sending.py",
        "300 passes for a success",
        "ended.problem is None and 200 <= reply.status < 300",
        "ended.problem is None and 200 <= reply.status < 400",
    ),
    Mutation(
        "_runtime/transport/redirects.py",
        "redirects hidden from the caller",
        'response.headers["location"] = location',
        "pass",
    ),
    Mutation(
        "_runtime/waiting.py",
        "waiting goes on after 404",
        "frozenset({401, 403, 404})",
        "frozenset({401, 403})",
    ),
    Mutation(
        "_runtime/waiting.py", "no failure is borne", "MOST_FAILURES: Final = 5", "MOST_FAILURES: Final = 0"
    ),
    Mutation(
        "_runtime/waiting.py",
        "an error without the model",
        "plan.failed_error(_failed_message(found, status), model=found)",
        "plan.failed_error(_failed_message(found, status))",
    ),
    Mutation("_runtime/waiting.py", "changes are told again and again", "told = status", "told = None"),
    Mutation("_runtime/waiting.py", "the time is never over", "if left <= 0:", "if False:"),
    Mutation(
        "_runtime/models/base.py",
        "unknown fields are lost",
        "        for key, value in others.items():",
        "        for key, value in ():",
    ),
    Mutation(
        "_runtime/models/base.py",
        "a missing field is written as null",
        "if nulls is None else field.name in nulls:",
        "if nulls is None else True:",
    ),
    Mutation(
        "_runtime/request/base_url.py",
        "a token over plain http",
        'if parts.scheme.lower() == "http" and',
        "if False and",
    ),
    Mutation(
        "_runtime/backoff.py",
        "the wish of the server is ignored",
        "return backoff(retries, chance) if retry_after is None else retry_after",
        "return backoff(retries, chance)",
    ),
    Mutation(
        "_runtime/backoff.py",
        "a jitter that is not full",
        "return chance * min",
        "return min",
    ),
    Mutation(
        "webhooks.py", "state is not read as status", 'status = model.pop("state", None) or', "status ="
    ),
    Mutation(
        "webhooks.py",
        "result is not looked into",
        "result if isinstance(result, Mapping) else content",
        "content",
    ),
    Mutation("webhooks.py", "expired URLs pass", "if late >= 0:", "if False:"),
)
