"""OAuth2 access tokens (client credentials): JWTs signed by one trusted issuer.

Accepted are tokens with ``alg`` ES256 or RS256, a ``kid`` of the issuer's key set,
the configured ``iss`` and ``aud``, and ``exp``; ``nbf`` and ``iat`` hold where
given. What the caller may do is read from these claims, and nothing else:

===============  ===================================================================
``sub``          the client; its name in the audit log
``role``         one of the roles
``scope``        scopes, blank-separated; absent or empty for all of the role's
``districts``    list of districts a regulator is limited to
``department``   the client's department
``business_id``  the business of a subject
===============  ===================================================================

A token that was checked is remembered until it expires, so that its next use
costs a look-up.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

import jwt

from serving.auth.access import ROLES, SCOPES
from serving.auth.callers import Caller
from serving.auth.jwks import KeySet

ALGORITHMS = ("ES256", "RS256")
LEEWAY_SECONDS = 30
MOST_BYTES = 8192
_MOST_REMEMBERED = 4096


@dataclass(frozen=True)
class Issuer:
    """Whose tokens are believed.

    Parameters
    ----------
    name, audience
        What ``iss`` and ``aud`` must be.
    keys
        File or address of the issuer's key set.
    """

    name: str
    audience: str
    keys: str


class Tokens:
    """The tokens of one issuer."""

    def __init__(self, issuer: Issuer) -> None:
        self._issuer = issuer
        self.keys = KeySet(issuer.keys)
        self._known: OrderedDict[bytes, tuple[float, Caller]] = OrderedDict()

    def key_id(self, token: str) -> str | None:
        """The id of the key that signed, as the token itself says; None when it is no token."""
        if len(token) > MOST_BYTES or not token.isascii():
            return None
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            return None
        key_id = header.get("kid")
        fits = header.get("alg") in ALGORITHMS and header.get("typ", "JWT") in ("JWT", "at+jwt")
        return key_id if fits and isinstance(key_id, str) and "crit" not in header else None

    def remembered(self, token: str) -> Caller | None:
        """Who came with this very token before, while it is valid."""
        known = self._known.get(_digest(token))
        return known[1] if known is not None and time.time() < known[0] else None

    def caller(self, token: str) -> Caller | None:
        """Who comes with the token; None when it opens nothing. Asks nobody for keys."""
        key_id = self.key_id(token)
        key = self.keys.get(key_id) if key_id is not None else None
        if key is None:
            return None
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                audience=self._issuer.audience,
                issuer=self._issuer.name,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError:
            return None
        caller = _read(claims)
        if caller is not None:
            self._remember(token, float(claims["exp"]), caller)
        return caller

    def _remember(self, token: str, until: float, caller: Caller) -> None:
        self._known[_digest(token)] = (until, caller)
        while len(self._known) > _MOST_REMEMBERED:
            self._known.popitem(last=False)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _read(claims: Mapping[str, object]) -> Caller | None:
    """The caller the claims describe; None when they describe none."""
    role, scope = claims.get("role"), claims.get("scope", "")
    districts, business = claims.get("districts", []), claims.get("business_id")
    department, subject = claims.get("department", ""), claims["sub"]
    if role not in ROLES or not isinstance(scope, str) or not isinstance(department, str):
        return None
    if not isinstance(districts, list) or not all(isinstance(one, str) for one in districts):
        return None
    if (role == "subject") != isinstance(business, str) or not isinstance(subject, str):
        return None
    # A claim that is there but empty must not mean "the whole city".
    if "districts" in claims and not districts:
        return None
    scopes = frozenset(scope.split())
    if scopes and not (scopes := scopes & frozenset(SCOPES)):
        return None
    return Caller(
        f"token:{subject[:100]}", role, "token", department[:100], scopes,
        frozenset(districts), business if isinstance(business, str) else None,
    )  # fmt: skip
