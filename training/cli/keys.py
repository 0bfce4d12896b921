"""``xinheng keys``: who may ask the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from training.cli.decisions import stores_of
from training.cli.place import Place
from training.cli.terminal import out, table

if TYPE_CHECKING:  # imported when needed: --help answers at once
    from serving.auth.keys import ApiKeys

_ROLES = ("registry", "regulator", "subject", "auditor", "data_scientist", "administrator")


@click.group()
def keys() -> None:
    """Issue, list and revoke the API keys of the service."""


@keys.command()
@click.option("--name", required=True, help="What the key is for; no person's name.")
@click.option("--role", required=True, type=click.Choice(_ROLES))
@click.option("--department", default="", help="Whose key it is.")
@click.option("--district", "districts", multiple=True, help="Limits a regulator; repeatable.")
@click.option("--scope", "scopes", multiple=True, help="Limits what the role may; repeatable.")
@click.option("--business", "business_id", default=None, help="The business of a subject's key.")
@click.option("--purpose", default="", help="Standing purpose of a system.")
@click.option("--expires", "expires_at", default="", help="Such as 2027-01-31T00:00:00Z.")
@click.pass_obj
def create(place: Place, /, name: str, role: str, **limits: Any) -> None:
    """Issue a key and show it, this once."""
    from serving.auth.access import ROLES
    from serving.auth.keys import Wanted

    chosen = next(one for one in ROLES if one == role)
    key, text = _held(place).create(Wanted(name, chosen, **limits))
    out.print(f"{key.role} key {key.key_id}, shown this once and kept nowhere:")
    out.print(f"\n    {text}\n", markup=False, soft_wrap=True)


@keys.command(name="list")
@click.pass_obj
def listed(place: Place) -> None:
    """List every key there ever was; never its secret."""
    rows = [
        [
            one.key_id,
            one.name,
            one.role,
            ", ".join(one.districts) or one.business_id or "",
            ", ".join(one.scopes) or "all of the role",
            one.created_at,
            f"revoked {one.revoked_at}" if one.revoked_at else one.expires_at or "no end",
        ]
        for one in _held(place).all()
    ]
    table("keys", ["id", "name", "role", "limited to", "scopes", "created", "ends"], rows)


@keys.command()
@click.argument("key_id")
@click.pass_obj
def revoke(place: Place, key_id: str) -> None:
    """Make the key KEY_ID open nothing any more; running services notice at once."""
    out.print(f"revoked {_held(place).revoke(key_id).key_id}")


def _held(place: Place) -> ApiKeys:
    from serving.auth.keys import ApiKeys

    return ApiKeys(place.home / "auth", stores_of(place).auth)
