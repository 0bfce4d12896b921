"""The command ``xinheng``: the road from department files to a served tier.

Exit codes: 0 done; 1 something unforeseen; 2 your input; 3 our configuration;
4 our bug; 5 `train` made a model that the gate refuses; 130 interrupted. `watch` ends
with 10 or 20 where it found something.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Before any library is imported: nothing reports home.
os.environ.setdefault("BENTOML_DO_NOT_TRACK", "true")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")
os.environ.setdefault("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")

import click

from features.errors import XinhengError
from training.cli.audit import audit
from training.cli.changes import changes
from training.cli.cities import jurisdictions, status
from training.cli.contracts import contracts
from training.cli.decisions import reproduce, score, serve
from training.cli.explain import explain
from training.cli.features import features
from training.cli.keys import keys
from training.cli.models import model, train
from training.cli.place import Place
from training.cli.records import records
from training.cli.review import review
from training.cli.road import run
from training.cli.terminal import err
from training.cli.watch import watch
from training.cli.way_back import way_back

_COMMANDS = (
    run, contracts, records, features, train, model, score, watch, explain, changes, way_back,
    reproduce, serve, keys, review, audit, status, jurisdictions,
)  # fmt: skip


class _InOrderOfTheRoad(click.Group):
    """Lists its commands as the data flows, not by the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(
    cls=_InOrderOfTheRoad,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "-j", "--jurisdiction", default="ningbo", show_default=True, envvar="XINHENG_JURISDICTION",
    metavar="NAME|FOLDER", help="A built-in city, or the folder of a city's declarations.",
)  # fmt: skip
@click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False), envvar="XINHENG_HOME",
    help="Where everything made is kept.  [default: var/<jurisdiction>]",
)  # fmt: skip
@click.version_option(package_name="xinheng")
@click.pass_context
def cli(ctx: click.Context, jurisdiction: str, home: Path | None) -> None:
    """信衡 Xinheng: credit-risk tiers from department records, explained.

    The commands follow the flow: records in, features as of a date, models in a
    signed bundle, scores for everyone, one business explained, a service that
    answers. Each step uses what the step before left; a step whose inputs are
    unchanged is not done again.
    """
    ctx.obj = Place(jurisdiction, home)


for _command in _COMMANDS:
    cli.add_command(_command)


def main() -> None:
    """Run the command line; turn errors into one message and an exit code."""
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        err.print("interrupted; what was finished is kept")
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except XinhengError as error:
        err.print(f"[bold red]error[/] {_plain(str(error))}")
        sys.exit(error.exit_code)
    sys.exit(code if isinstance(code, int) else 0)


def _plain(text: str) -> str:
    return text.replace("[", r"\[")
