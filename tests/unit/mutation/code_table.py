"""Single changes to the client and its runtime, as a slip of the hand would make them.

Each replaces a text that stands once in its file, and at least one contract test must fail for it. A change
that none catches needs a reason, as its last element: why no user of the API could see the difference.
"""
# ruff: noqa: E501 - a row of the table is a line

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


TABLE: dict[str, list[tuple[str, ...]]] = {
    "operations/image_models.py": [
        ("an empty file passes", "min_length=1,", ""),
        ("no file is looked at", "images=True,", ""),
        ("any text is a URL", 'pattern="^[hH][tT][tT][pP][sS]?://[^\\\\s/?#]",\n                    argument="image_sample_urls"', 'argument="image_sample_urls"'),
        ("another path", 'path="/api/v2/images/models/new"', 'path="/api/v2/images/model/new"'),
        ("a path of the older API", 'path="/api/v2/images/models",', 'path="/api/v1/images/models",'),
        ("PUT instead of POST", 'method="POST"', 'method="PUT"'),
        ("GET instead of DELETE", 'method="DELETE"', 'method="GET"'),
        ("another name of a field", 'FormField("subjectKeyword"', 'FormField("subject_keyword"'),
        ("another case of a field", '"webhookUrl",\n                    webhook_url', '"webhookURL",\n                    webhook_url'),
        ("a field with the value of another", 'FormField("subjectType", subject_type', 'FormField("subjectType", subject_keyword'),
        ("a field left out", '                FormField("name", name, STR),', ""),
        ("URLs joined by commas", "                    explode=True,", "                    explode=False,"),
        ("the repeated field in the singular", 'FormField(\n                    "imageSampleUrls"', 'FormField(\n                    "imageSampleUrl"'),
        ("files in the field of the URLs", 'FileField(\n                    "imageSampleFiles"', 'FileField(\n                    "imageSampleUrls"'),
        ("an empty list of URLs passes", "explode=True,\n                    min_items=1,", "explode=True,"),
        ("an empty list of files passes", "many=True,\n                    min_items=1,", "many=True,"),
        ("both kinds of images pass", "        image_sample_urls=image_sample_urls,\n        image_sample_files=image_sample_files,\n    )", "        image_sample_urls=image_sample_urls or image_sample_files,\n    )"),
        ("status 201 is not known", '        "201": ResponseSpec("application/json", ModelOf(ModelV2Entity)),', ""),
        ("a list read as one model", "ModelOf(ListModelsV2Response)", "ModelOf(ModelV2Entity)"),
        ("finished is not the end", 'done=frozenset(("finished",))', 'done=frozenset(("ready",))'),
        ("failed is not the end", 'failed=frozenset(("failed",))', "failed=frozenset()"),
        ("a failure without its class", "failed_error=TrainingFailedError", "failed_error=TrainingFailedError.__base__"),
        ("waiting by another field", 'status="status"', 'status="subject_type"'),
        ("no way to find out", 'verify_with="image_models.list_all_models()"', "verify_with=None"),
        ("advice of another status", '"402": (', '"403": ('),
        ("an error without its model", '        "402": ModelOf(ErrorBody),', ""),
        ("training without a token", '    started_id="id",\n    security=(("bearer",),),', '    started_id="id",\n    security=(),'),
    ],
    "resources/image_models.py": [
        ("delete gets", "operations.delete_model(model_id)\n        return self._send(", "operations.get_model(model_id)\n        return self._send("),
        ("the raw delete gets", "operations.delete_model(model_id)\n        return self._send_raw(", "operations.get_model(model_id)\n        return self._send_raw("),
    ],
    "resources/async_image_models.py": [
        ("the async client deletes where it should get", "operations.get_model(model_id)\n        return await self._send(", "operations.delete_model(model_id)\n        return await self._send("),
    ],
    "models/model_v2_entity.py": [
        ("a field read under its Python name", 'json_key("createdAt", STR)', 'json_key("created_at", STR)'),
        ("a field written under its Python name", 'json_key("subjectKeyword", STR)', 'json_key("subject_keyword", STR)'),
        ("a field read from another", 'json_key("subjectType", STR)', 'json_key("subjectKeyword", STR)'),
        ("a required field becomes optional", "name: str = field(metadata=", "name: str | None = field(default=None, metadata="),
        ("the list of samples lost", 'json_key("imageSamples", ListOf(STR))', 'json_key("imageSample", ListOf(STR))'),
    ],
    "_runtime/models/base.py": [
        ("unknown fields are lost", "        for key, value in others.items():", "        for key, value in ():"),
        ("a missing field is written as null", "if nulls is None else field.name in nulls:", "if nulls is None else True:"),
    ],
    "_runtime/models/codecs.py": [
        ("an unknown field is taken for a known one", "elif len(source) != len(shape.steps):", "elif len(source) < len(shape.steps):"),
    ],
    "_settings.py": [
        ("another scheme of the token", 'kind="bearer"', 'kind="basic"'),
        ("another scheme than the document's", 'scheme="bearer"', 'scheme="token"'),
        ("another name in User-Agent", 'package="tryleap"', 'package="leap"'),
    ],
    "_runtime/request/credentials.py": [
        ("a token without its scheme", 'f"Bearer {value}"', 'f"{value}"'),
        ("another header for the token", 'PlacedCredential("header", "Authorization", f"Bearer', 'PlacedCredential("header", "X-API-Key", f"Bearer'),
    ],
    "_runtime/operations.py": [
        ("another accepted type", 'self.accept: str = ", ".join(media_types)', 'self.accept: str = "*/*"'),
        ("POST counts as repeatable", '{"PUT", "DELETE"}', '{"PUT", "DELETE", "POST"}'),
        ("DELETE does not count as repeatable", '_SAFE | {"PUT", "DELETE"}', '_SAFE | {"PUT"}'),
        ("none of the images passes", "if len(given) != 1:", "if len(given) > 1:"),
        ("classes of statuses are not found", "{status // 100}XX", "{status // 100}xx"),
    ],
    "_runtime/request/parameters.py": [
        ("a slash stays in a segment", 'quote(text, safe="")', 'quote(text, safe="/")'),
        ("two dots pass", 'if text in ("", ".", ".."):', 'if text in ("", "."):'),
        ("an empty id passes", 'if text in ("", ".", ".."):', 'if text in (".", ".."):'),
    ],
    "_runtime/request/multipart.py": [
        ("a fixed boundary", "os.urandom(_BOUNDARY_BYTES).hex()", '"0" * 48'),
        ("a short boundary", "_BOUNDARY_BYTES: Final = 24", "_BOUNDARY_BYTES: Final = 2"),
        ("the last boundary left open", 'f"--{boundary}--\\r\\n"', 'f"--{boundary}\\r\\n"'),
        ("a line feed alone after a file", 'value, b"\\r\\n"]', 'value, b"\\n"]'),
        ("no file name", 'b\'; filename="\' +', 'b\'; file="\' +'),
        ("no media type of a part", "Content-Type: '", "Content-Kind: '"),
        ("a quote stays in a file name", 'character == \'"\' or', "False or"),
        ("the last of several URLs lost", "yield from texts", "yield from texts[:1]"),
        ("the last of several files lost", "for index, each in enumerate(items)]\n        else:", "for index, each in enumerate(items[:1])]\n        else:"),
        ("text in another encoding", 'b"\\r\\n\\r\\n" + text.encode()', 'b"\\r\\n\\r\\n" + text.encode("utf-16")'),
    ],
    "_runtime/request/media_types.py": [
        ("another media type of a name", '"image/jpeg": (".jpg", ".jpeg")', '"image/jpg": (".jpg", ".jpeg")'),
        ("WebP is not recognised", 'first[8:12] == b"WEBP"', 'first[8:12] == b"WEBM"'),
        ("another default media type", 'DEFAULT_MEDIA_TYPE: Final = "application/octet-stream"', 'DEFAULT_MEDIA_TYPE: Final = "image/png"'),
    ],
    "_runtime/request/file_sources.py": [
        ("the caller's media type is ignored", "if self.media_type is None:\n            stated", "if True:\n            stated"),
        ("an empty file is sent", "if self.min_length and empty:", "if False:"),
        ("text is sent as an image", "if self.images and not self._is_type_given else None", "if False else None"),
        ("a stranger is believed", "self._is_type_given = media_type is not None", "self._is_type_given = True"),
        ("a file object is read from its start", "return position if isinstance(position, int) else None", "return 0 if isinstance(position, int) else None"),
    ],
    "_runtime/request/file_reader.py": [
        ("the end of a large file lost", "bytes(self._view[self._at : self._at + CHUNK])", "bytes(self._view[self._at : CHUNK])"),
        ("the first bytes of a stream lost", 'kept, self._kept = self._kept, b""\n            return kept', 'self._kept = b""'),
    ],
    "_runtime/engine.py": [
        ("a replaced token is not sent", "self.snapshot = CredentialSnapshot({**self.snapshot.values, argument: value})", "self.snapshot.values = {**self.snapshot.values, argument: value}"),
    ],
    "_runtime/request/build.py": [
        ("no length announced", "if payload.length is None:", "if True:"),
        ("headers of one call lost", "for name, value in plan.extra_headers.items():", "for name, value in ():"),
        ("no content type", 'headers["Content-Type"] = payload.media_type', "pass"),
    ],
    "_runtime/request/headers.py": [
        ("another User-Agent", 'f"{settings.package}/{settings.version} python', 'f"{settings.package} python'),
        ("default headers lost", "headers.update(default)", "pass"),
    ],
    "_runtime/errors.py": [
        ("two classes swapped", "404: NotFoundError", "404: ConflictError"),
        ("402 without its class", "    402: PaymentRequiredError,", ""),
        ("422 as 400", "422: UnprocessableEntityError", "422: BadRequestError"),
        ("another boundary of server errors", "if status >= 500:", "if status > 500:"),
        ("invented statuses are no server errors", "if status >= 500:", "if 500 <= status < 512:"),
    ],
    "_runtime/retry.py": [
        ("503 counts as refused", "frozenset({429})", "frozenset({429, 503})"),
        ("429 is final", "if status in REFUSED_STATUSES:", "if False:"),
        ("an exception of a hook counts as a failed connection", 'return kind if kind in _AFTER_SENDING_BEGAN else "caller_code"', "return kind"),
        ("a refusal of somebody else counts", "if not outcome.is_own:", "if False:"),
        ("a 303 did nothing", "frozenset({301, 307, 308})", "frozenset({301, 303, 307, 308})"),
        ("a lost training is sent again", 'if kind in ("lost", "timed_out"):\n        return _RETRY_AMBIGUOUS if idempotent', 'if kind in ("lost", "timed_out"):\n        return _RETRY_AMBIGUOUS if True'),
        ("a training is sent again after 500", "if status in AMBIGUOUS_STATUSES:\n        return _RETRY_AMBIGUOUS if idempotent", "if status in AMBIGUOUS_STATUSES:\n        return _RETRY_AMBIGUOUS if True"),
        ("520 is final", "504, 520, 521", "504, 521"),
        ("501 is sent again", "frozenset({408, 500, 502", "frozenset({408, 500, 501, 502"),
        ("a refused token is final", "if status == 401 and renewable:", "if False:"),
    ],
    "_runtime/_async/send.py": [
        ("one retry too many", "state.retries < plan.max_retries", "state.retries <= plan.max_retries"),
        ("the token is asked for again and again", "state.renewed = True", "pass"),
        ("300 passes for a success", "result.problem is None and 200 <= response.status < 300", "result.problem is None and 200 <= response.status < 400"),
    ],
    "_runtime/_async/upload.py": [
        ("a request without a body is sent twice by the library", "if self._was_read and not self._idempotent:", "if False:"),
        ("a body is sent twice by the library", "if self._chunks is not None:\n            # After", "if False:\n            # After"),
    ],
    "_runtime/_async/wait.py": [
        ("an error of a wait hides what was bought", "started.attach_to(error)", "pass"),
        ("changes are told again and again", "reported = status", "reported = None"),
        ("the time is never over", "if left <= 0:", "if False:"),
    ],
    "_runtime/call_state.py": [
        ("an earlier attempt is forgotten", "self.ambiguous = self.ambiguous or ambiguous", "self.ambiguous = ambiguous"),
    ],
    "_runtime/wait_policy.py": [
        ("waiting goes on after 404", "frozenset({401, 403, 404})", "frozenset({401, 403})"),
        ("no failure is borne", "MAX_CONSECUTIVE_FAILURES: Final = 5", "MAX_CONSECUTIVE_FAILURES: Final = 0"),
        ("an error without the model", "failed_error(cleaned(message, secrets), model=model)", "failed_error(cleaned(message, secrets))"),
    ],
    "_runtime/error_factory.py": [
        ("no body of an error", "body=body,\n        request_id=identifier,\n        data", "body=None,\n        request_id=identifier,\n        data"),
        ("no documented error body", "data=_data(state, response.status, body),", "data=None,"),
    ],
    "_runtime/response/raw.py": [
        ("no name of the request", '_REQUEST_ID_HEADERS: Final = (\n    "x-request-id",', "_REQUEST_ID_HEADERS: Final = ("),
    ],
    "_runtime/response/decode.py": [
        ("a list passes for a model", "    if found is value:\n", "    if found is NotImplemented:\n"),
    ],
    "_runtime/transport/redirects.py": [
        ("redirects hidden from the caller", 'response.headers["location"] = location', "pass"),
    ],
    "_runtime/request/base_url.py": [
        ("a token over plain http", 'if parts.scheme.lower() == "http" and', "if False and"),
    ],
    "_runtime/backoff.py": [
        ("the wish of the server is ignored", "return backoff(retries, jitter) if retry_after is None else retry_after", "return backoff(retries, jitter)"),
        ("a jitter that is not full", "return jitter * min", "return min"),
    ],
    "images/_check.py": [
        ("duplicates are not found", "if first != number:", "if False:"),
        ("a problem of another file", "ImageProblem(file, kind, f", "ImageProblem(given[0], kind, f"),
    ],
    "images/_metadata.py": [
        ("no rotation", "orientation if orientation in range(1, 9) else UPRIGHT", "UPRIGHT"),
        ("a JPEG that is cut off", "!= _JPEG_END and not window.find(_JPEG_END, offset)", "!= _JPEG_END and False"),
    ],
    "images/_boxes.py": [
        ("no position in HEIC", "if read_tags(window, offset + 4 + behind)[1]:", "if False:"),
    ],
    "images/_prepare.py": [
        ("copies lie on their side", "_plain(ImageOps.exif_transpose(source))", "_plain(source)"),
        ("an original is replaced", "if any(original.exists() and", "if False and any(original.exists() and"),
        ("files are replaced unasked", "if not overwrite:", "if False:"),
    ],
    "webhooks.py": [
        ("state is not read as status", 'status = model.pop("state", None) or', "status ="),
        ("result is not looked into", "result if isinstance(result, Mapping) else content", "content"),
        ("expired URLs pass", "if late >= 0:", "if False:"),
    ],
    "trainings/_states.py": [
        ("what is unknown is sent again", 'CLAIM: Final = Transition(("pending", "rejected"),', 'CLAIM: Final = Transition(("pending", "rejected", "unknown"),'),
        ("a lost training counts as not sent", 'if getattr(error, "may_have_been_processed", began):', "if False:"),
    ],
    "trainings/_sql.py": [
        ("a row is claimed in any state", ".where(_in_states(transition.sources)).values(", ".values("),
    ],
    "trainings/_journal.py": [
        ("an attempt settles the row of another", 'mine = {"of_key": key, "of_attempt_id": attempt_id}', 'mine = {"of_key": key}'),
        ("a training is given up while it is sent", 'elif row["state"] == "sending" and row["lease_until"] < now():', 'elif row["state"] == "sending":'),
        ("trainings are counted before the lock", 'counted = connection.execute(_sql.COUNT_CLAIM, {"of_journal_id": self.journal_id})\n        if not counted.rowcount:\n            raise JournalError(\n                f"The journal {self.location} was replaced, or upgraded to another schema version, while it"\n                " was in use. Open it again."\n            )\n        if max_trainings is None or connection.execute(_sql.COUNT_BILLABLE).scalar_one() < max_trainings:', 'billable = connection.execute(_sql.COUNT_BILLABLE).scalar_one()\n        counted = connection.execute(_sql.COUNT_CLAIM, {"of_journal_id": self.journal_id})\n        if not counted.rowcount:\n            raise JournalError(\n                f"The journal {self.location} was replaced, or upgraded to another schema version, while it"\n                " was in use. Open it again."\n            )\n        if max_trainings is None or billable < max_trainings:'),
        ("other arguments pass", 'if row["fingerprint"] == prepared.fingerprint:', "if True:"),
    ],
    "trainings/_arguments.py": [
        ("the client repeats what was claimed once", ', "max_retries": 0}', "}"),
    ],
    "trainings/_matching.py": [
        ("any tagged model is adopted", 'by_tag.get(row["tag"])', "next(iter(by_tag.values()), None)"),
    ],
    "trainings/_async/trainings.py": [
        ("a visible tag is not seen before a training is reopened", "self._journal.observe(models))\n            return", "self._journal.observe([]))\n            return"),
    ],
}  # fmt: skip

MUTATIONS = tuple(Mutation(file, *row) for file, rows in TABLE.items() for row in rows)
