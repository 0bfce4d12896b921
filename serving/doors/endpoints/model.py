"""``GET /v1/model``: the model, the scale and the policy in force."""

from __future__ import annotations

from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from serving import canonical
from serving.answers.desk import desk_of
from serving.answers.edition import Edition
from serving.auth.access import ADMINISTRATOR, AUDITOR, DATA_SCIENTIST, REGULATOR, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.replies import reply


async def model(request: Request) -> Response:
    """What every answer of the edition in force rests on."""
    return reply(request, canonical.encode(in_force(desk_of(request).editions.current())))


def in_force(edition: Edition) -> dict[str, object]:
    """The bundle's own account, and the policy of the as-of day."""
    bundle, scores = edition.bundle, edition.scores.manifest
    manifest, on = bundle.manifest, date.fromisoformat(edition.as_of)
    measures = next(v for v in bundle.policy.measures.versions if v.in_force(on))
    rules = [
        {
            "id": rule.id,
            "title": rule.title,
            "reference": version.reference or rule.reference,
            "effective_from": version.effective_from,
            "effective_until": version.effective_until,
            "when": version.when,
            "effect": version.effect,
            "yields_to": version.yields_to,
        }
        for rule in bundle.policy.rules
        for version in rule.versions
        if version.in_force(on)
    ]
    return {
        "scores": {
            "name": edition.name,
            "as_of": edition.as_of,
            "businesses": scores.businesses,
            "tiers": scores.tiers,
            "warnings": scores.warnings,
            "contested": scores.contested,
        },
        "model": {
            "bundle": bundle.name,
            "jurisdiction": manifest.jurisdiction,
            "trained_as_of": manifest.trained_as_of,
            "code_version": manifest.code_version,
            "catalogue": manifest.catalogue_fingerprint,
            "snapshot": manifest.snapshot,
            "outcomes": {
                name: {"title": spec.title, "base_rate": spec.base_rate}
                for name, spec in manifest.models.items()
            },
            "score": manifest.score,
            "tiers": manifest.tiers,
            "warnings": manifest.warnings,
            "features": manifest.features,
            "groups": manifest.groups,
            "departments": manifest.departments,
        },
        "policy": {"name": bundle.policy_name, "rules": rules, "measures": measures.tiers},
    }


MODEL = Access("model", REGULATOR, AUDITOR, DATA_SCIENTIST, ADMINISTRATOR)
ENDPOINT = Endpoint(Door("/v1/model", "GET", MODEL), model)
