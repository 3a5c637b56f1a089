"""The commands of the command line, one for each operation. Importing this module needs the extra `cli`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ._cli import commands as _commands
from ._cli import file_arguments as _file_arguments
from ._cli import output as _output
from ._cli import parsers as _parsers
from ._settings import SETTINGS as _SETTINGS

_PROGRAM = _commands.Program(
    name="tryleap",
    package=__name__.rpartition(".")[0],
    version=_SETTINGS.version,
    client="Leap",
    credentials=(
        ("access_token", "LEAP_API_KEY", "An API key of the workspace, created in the Leap dashboard"),
    ),
    needs_credential=_SETTINGS.needs_credential,
    base_url_variable=f"{_SETTINGS.environment_prefix}_BASE_URL",
    base_url=_SETTINGS.base_url,
)
_NAMES = {"help_option_names": ["-h", "--help"]}
# typer 0.29 loads pydantic for every option without a value, its own --help included: this gives it one.
_HELP = {**_NAMES, "default_map": {"help": False}}

_IMAGE_MODELS_LIST_ALL_MODELS = _commands.Command(
    program=_PROGRAM,
    words="models list",
    call=lambda client: client.image_models.list_all_models,
    operation=("operations.image_models", "LIST_ALL_MODELS"),
    layout=_output.TableLayout(
        rows="models",
        alone=True,
        columns=(("id", "id"), ("name", "name"), ("status", "status"), ("createdAt", "created at")),
        headings={
            "createdAt": "created at",
            "subjectKeyword": "subject keyword",
            "subjectType": "subject type",
            "imageSamples": "image samples",
        },
        colours={"finished": "green", "failed": "red"},
    ),
)
_IMAGE_MODELS_TRAIN_MODEL = _commands.Command(
    program=_PROGRAM,
    words="models train",
    call=lambda client: client.image_models.train_model,
    operation=("operations.image_models", "TRAIN_MODEL"),
    layout=_output.TableLayout(
        headings={
            "createdAt": "created at",
            "subjectKeyword": "subject keyword",
            "subjectType": "subject type",
            "imageSamples": "image samples",
        },
        colours={"finished": "green", "failed": "red"},
    ),
    changes=True,
    verify_with="models list",
    progress="on_upload_progress",
)
_IMAGE_MODELS_GET_MODEL = _commands.Command(
    program=_PROGRAM,
    words="models get",
    call=lambda client: client.image_models.get_model,
    operation=("operations.image_models", "GET_MODEL"),
    layout=_output.TableLayout(
        headings={
            "createdAt": "created at",
            "subjectKeyword": "subject keyword",
            "subjectType": "subject type",
            "imageSamples": "image samples",
        },
        colours={"finished": "green", "failed": "red"},
    ),
)
_IMAGE_MODELS_DELETE_MODEL = _commands.Command(
    program=_PROGRAM,
    words="models delete",
    call=lambda client: client.image_models.delete_model,
    operation=("operations.image_models", "DELETE_MODEL"),
    layout=_output.TableLayout(
        headings={
            "createdAt": "created at",
            "subjectKeyword": "subject keyword",
            "subjectType": "subject type",
            "imageSamples": "image samples",
        },
        colours={"finished": "green", "failed": "red"},
    ),
    changes=True,
)
_IMAGE_MODELS_WAIT_FOR_MODEL = _commands.Wait(
    words="models wait",
    poll=_IMAGE_MODELS_GET_MODEL,
    call=lambda client: client.image_models.wait_for_model,
    id="id",
    status="status",
)

_image_models = typer.Typer(rich_markup_mode=None)


@_image_models.command(
    "list",
    help="List all models.\n\nReturns all models in the workspace of the API key, whatever their status.",
    short_help="List all models.",
    epilog="\x08\nExample:\n  tryleap models list",
    context_settings=_HELP,
)
def image_models_list_all_models_command(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON Lines: one object a line.")] = False,
) -> None:
    _commands.perform(_IMAGE_MODELS_LIST_ALL_MODELS, (), _parsers.given(), as_json=as_json)


@_image_models.command(
    "train",
    help="Train a model.\n\nCreates a model and starts its training on sample images of one subject. According to the service's\nreference, a few samples are enough. Pass the images either as files in `FILES` or as URLs\nin `URLS`, but not both.\n\nThe call returns immediately; the training itself usually takes 20 to 40 minutes. Poll the model\nuntil its status is `finished` or `failed`, or pass a `--webhook-url` to be notified. Each training is\nbilled, so a request that the server may have received is never retried automatically.\n\nWhen the training has finished, use the id of the model to generate images.",
    short_help="Train a model.",
    epilog="\x08\nExample:\n  tryleap models train photos/ --name 'Alex Avatar Model' --keyword @me --wait",
    context_settings=_HELP,
)
def image_models_train_model_command(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="FILES-OR-URLS",
            help="FILES: The sample images as files. A directory stands for the images in it, a pattern for the files that match. URLS: URLs of the sample images. Give either files or URLs, not both.",
        ),
    ],
    *,
    name: Annotated[str | None, typer.Option("--name", help="A name for the model.", metavar="TEXT")] = None,
    subject_keyword: Annotated[
        str | None,
        typer.Option(
            "--keyword",
            help='The word that will refer to the subject in prompts, as in "a photo of @me".',
            metavar="TEXT",
        ),
    ] = None,
    subject_type: Annotated[
        str | None,
        typer.Option(
            "--type",
            help="The kind of subject, such as person, man, woman, cat, dog, icon or style. The service assumes person where it is left out.",
            metavar="TEXT",
        ),
    ] = None,
    webhook_url: Annotated[
        str | None,
        typer.Option(
            "--webhook-url",
            help="A URL that receives a POST request when the training finishes or fails. It must be reachable from the internet.",
            metavar="TEXT",
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--no-check", help="Send files without checking them first.")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until it has finished.")] = False,
    wait_timeout: Annotated[
        Any,
        typer.Option(
            "--timeout",
            parser=_parsers.seconds,
            metavar="TIME",
            help="The longest time to wait: seconds, 45m or 1.5h; 60m by default.",
        ),
    ] = None,
    poll_interval: Annotated[
        Any,
        typer.Option(
            "--poll-interval",
            parser=_parsers.seconds,
            metavar="TIME",
            help="The time before the second poll; the delay grows.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON in one line.")] = False,
) -> None:
    _chosen = _file_arguments.read_sources(sources, urls=True, images=True)
    if check:
        _chosen = _file_arguments.unchecked(_chosen)
    else:
        from . import _image_commands as _check

        _file_arguments.check_files(_chosen.files, _check.check, "--no-check")
    _timing = _parsers.given(timeout=wait_timeout, poll_interval=poll_interval)
    _commands.start(
        _IMAGE_MODELS_TRAIN_MODEL,
        _IMAGE_MODELS_WAIT_FOR_MODEL,
        (),
        _parsers.given(
            name=name,
            subject_keyword=subject_keyword,
            subject_type=subject_type,
            webhook_url=webhook_url,
            image_sample_files=_chosen.files,
            image_sample_urls=_chosen.urls,
        ),
        waits=wait,
        as_json=as_json,
        timing=_timing,
    )


@_image_models.command(
    "wait",
    help="Wait until what `models train` started has finished.\n\nYou can run it again at any time; it shows the result.",
    epilog="\x08\nExample:\n  tryleap models wait 5f9b9c0e-7c1f-4b5c-9c0e-7c1f4b5c9c0e --timeout 45m",
    context_settings=_HELP,
)
def image_models_wait_for_model_command(
    model_id: Annotated[str, typer.Argument(metavar="ID", help="The id of the model.")],
    *,
    wait_timeout_: Annotated[
        Any,
        typer.Option(
            "--timeout",
            parser=_parsers.seconds,
            metavar="TIME",
            help="The longest time to wait: seconds, 45m or 1.5h; 60m by default.",
        ),
    ] = None,
    poll_interval_: Annotated[
        Any,
        typer.Option(
            "--poll-interval",
            parser=_parsers.seconds,
            metavar="TIME",
            help="The time before the second poll; the delay grows.",
        ),
    ] = None,
    as_json_: Annotated[bool, typer.Option("--json", help="Write JSON in one line.")] = False,
) -> None:
    _timing = _parsers.given(timeout=wait_timeout_, poll_interval=poll_interval_)
    _commands.wait_for(_IMAGE_MODELS_WAIT_FOR_MODEL, model_id, as_json=as_json_, timing=_timing)


@_image_models.command(
    "get",
    help="Get a model.\n\nReturns a model, including the current status of its training.",
    short_help="Get a model.",
    epilog="\x08\nExample:\n  tryleap models get 5f9b9c0e-7c1f-4b5c-9c0e-7c1f4b5c9c0e",
    context_settings=_HELP,
)
def image_models_get_model_command(
    model_id: Annotated[str, typer.Argument(metavar="ID", help="The id of the model.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON in one line.")] = False,
) -> None:
    _commands.perform(_IMAGE_MODELS_GET_MODEL, (model_id,), _parsers.given(), as_json=as_json)


@_image_models.command(
    "delete",
    help="Delete a model.\n\nPermanently deletes a model and returns it as it was. This cannot be undone.",
    short_help="Delete a model.",
    epilog="\x08\nExample:\n  tryleap models delete 5f9b9c0e-7c1f-4b5c-9c0e-7c1f4b5c9c0e",
    context_settings=_HELP,
)
def image_models_delete_model_command(
    model_id: Annotated[str, typer.Argument(metavar="ID", help="The id of the model.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Delete without confirmation.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON in one line.")] = False,
) -> None:
    _commands.delete(
        _IMAGE_MODELS_DELETE_MODEL,
        _IMAGE_MODELS_GET_MODEL,
        (model_id,),
        _parsers.given(),
        yes=yes,
        as_json=as_json,
    )


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - typer passes it by position
    if wanted:
        typer.echo(f"{_PROGRAM.name} {_PROGRAM.version}")
        raise typer.Exit


def _all_commands(
    *,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version.")
    ] = False,
) -> None:
    pass


def _doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON in one line.")] = False,
) -> None:
    """Check the key, the URL, the service, and whether its responses match the document.

    It makes calls that only read. For each problem it says what to do; the exit status is then 1.
    """
    from ._cli import doctor

    commands = (
        doctor.ReadCommand(_IMAGE_MODELS_LIST_ALL_MODELS, None),
        doctor.ReadCommand(_IMAGE_MODELS_GET_MODEL, ("models list", "models", "id")),
    )
    doctor.examine(_PROGRAM, commands, as_json=as_json)


def application(*, completion: bool) -> typer.Typer:
    """Assemble the command line.

    Args:
        completion: Whether to add the options that install shell completion.

    Returns:
        The command line.
    """
    from . import _image_commands, _simulate_command, _training_commands

    app = typer.Typer(
        help="Train image models on photos of one subject, follow their training, and list, get and delete the models\nof a workspace. The API key identifies the workspace.",
        epilog="Exit status: 0 success, 1 an error of the service or the connection, 2 wrong usage, 3 what was waited for failed, 4 it did not finish in time, 5 the request succeeded but a later step failed (do not repeat it), 130 interrupted, 141 nobody reads the output any more, 143 terminated.",
        context_settings=_HELP,
        add_completion=completion,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_all_commands)
    app.add_typer(
        _image_models,
        name="models",
        help="The image models of a workspace, and their training.",
        context_settings=_HELP,
        no_args_is_help=True,
    )
    app.command(
        "doctor",
        context_settings=_HELP,
        short_help="Check the key, the URL and the service.",
        epilog="\x08\nExample:\n  tryleap doctor",
    )(_doctor)
    _simulate_command.register(app)
    _image_commands.register(app)
    _training_commands.register(app)
    return app
