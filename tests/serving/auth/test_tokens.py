"""Only a token that the trusted issuer signed, for us, now, opens anything."""

import base64
import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from serving.auth.callers import Caller
from serving.auth.jwks import AGAIN_SECONDS, KeySet
from serving.auth.tokens import Issuer, Tokens

ISSUER, AUDIENCE = "https://sso.example", "xinheng"
EC_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(65537, 2048)
STRANGER = ec.generate_private_key(ec.SECP256R1())


def public(key: Any, kid: str, algorithm: str, **more: str) -> dict[str, Any]:
    made = jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key())
    return {**json.loads(made), "kid": kid, **more}


def key_set(folder: Path, *keys: dict[str, Any]) -> str:
    path = folder / "jwks.json"
    path.write_text(json.dumps({"keys": list(keys)}))
    return str(path)


@pytest.fixture(name="tokens")
def trusted(tmp_path: Path) -> Tokens:
    where = key_set(tmp_path, public(EC_KEY, "e1", "ES256"), public(RSA_KEY, "r1", "RS256"))
    tokens = Tokens(Issuer(ISSUER, AUDIENCE, where))
    tokens.keys.ask()
    return tokens


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    given = {"iss": ISSUER, "aud": AUDIENCE, "sub": "registry-system", "role": "registry",
             "exp": now + 300, "nbf": now - 5, "iat": now - 5} | changes  # fmt: skip
    return {name: value for name, value in given.items() if value is not None}


def token(kid: str = "e1", key: Any = EC_KEY, algorithm: str = "ES256", **changes: Any) -> str:
    return jwt.encode(claims(**changes), key, algorithm, headers={"kid": kid})


def raw(header: dict[str, Any], content: dict[str, Any], signature: bytes) -> str:
    def part(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    return ".".join(
        [part(json.dumps(header).encode()), part(json.dumps(content).encode()), part(signature)]
    )


def test_tokens_of_both_algorithms_open_what_they_claim(tokens: Tokens) -> None:
    caller = tokens.caller(token(scope="score explain", department="登记处"))
    assert caller == Caller(
        "token:registry-system", "registry", "token", "登记处", frozenset({"score", "explain"})
    )
    by_rsa = tokens.caller(token("r1", RSA_KEY, "RS256", role="regulator", districts=["E"]))
    assert by_rsa is not None
    assert by_rsa.districts == {"E"}
    subject = tokens.caller(token(role="subject", business_id="B1"))
    assert subject is not None
    assert subject.business_id == "B1"


def test_a_token_without_signature_opens_nothing(tokens: Tokens) -> None:
    for algorithm in ("none", "None", "NONE", "nOnE"):
        assert tokens.caller(raw({"alg": algorithm, "kid": "e1"}, claims(), b"")) is None
    signed = token().rpartition(".")[0]
    assert tokens.caller(signed + ".") is None


def test_a_public_key_used_as_a_shared_secret_opens_nothing(tokens: Tokens) -> None:
    """The classic confusion: HS256 keyed with the public key that everyone knows."""
    for key in (EC_KEY, RSA_KEY):
        pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        for kid in ("e1", "r1"):
            header = {"alg": "HS256", "kid": kid, "typ": "JWT"}
            unsigned = raw(header, claims(), b"").rstrip(".")
            forged = hmac.new(pem, unsigned.encode(), hashlib.sha256).digest()
            assert tokens.caller(raw(header, claims(), forged)) is None


def test_an_algorithm_other_than_the_keys_own_opens_nothing(tokens: Tokens) -> None:
    assert tokens.caller(token("r1", EC_KEY, "ES256")) is None
    assert tokens.caller(token("e1", RSA_KEY, "RS256")) is None
    assert tokens.caller(token("r1", RSA_KEY, "RS512")) is None
    assert tokens.caller(token("r1", RSA_KEY, "PS256")) is None


LONG_AGO, FAR_AHEAD = 1_000_000_000, 4_102_444_800  # fixed: a test's name must not hold the hour


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": LONG_AGO},
        {"exp": None},
        {"exp": "never"},
        {"nbf": FAR_AHEAD},
        {"iat": FAR_AHEAD},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"sub": None},
        {"sub": ""} | {"role": None},
        {"role": "king"},
        {"role": ["registry"]},
        {"role": "subject"},
        {"role": "registry", "business_id": "B1"},
        {"role": "regulator", "districts": []},
        {"role": "regulator", "districts": "E"},
        {"role": "regulator", "districts": [1]},
        {"scope": "unknown"},
        {"scope": ["score"]},
    ],
    ids=str,
)
def test_a_token_that_claims_too_little_or_the_wrong_thing_opens_nothing(
    tokens: Tokens, changes: dict[str, Any]
) -> None:
    assert tokens.caller(token(**changes)) is None


def test_a_key_that_is_not_of_the_set_opens_nothing(tokens: Tokens) -> None:
    assert tokens.caller(token("e1", STRANGER)) is None
    assert tokens.caller(token("unknown")) is None
    own = public(STRANGER, "e1", "ES256")
    for header in ({"jwk": own}, {"jku": "https://evil.example/jwks"}, {"crit": ["exp"]}):
        forged = jwt.encode(claims(), STRANGER, "ES256", headers={"kid": "e1", **header})
        assert tokens.caller(forged) is None
    assert tokens.caller(jwt.encode(claims(), EC_KEY, "ES256")) is None  # names no key


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "x" * 20_000, "é.é.é", "\ud800.a.b"])
def test_what_is_no_token_opens_nothing(tokens: Tokens, text: str) -> None:
    assert tokens.remembered(text) is None
    assert tokens.caller(text) is None


def test_every_changed_byte_of_a_token_closes_it(tokens: Tokens) -> None:
    good = token()
    opened = [
        place for place in range(len(good) - 1)  # the last holds unused bits
        if good[place] != "." and tokens.caller(
            good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1 :]
        )
    ]  # fmt: skip
    assert opened == []


def test_a_checked_token_is_remembered_until_it_expires(tokens: Tokens) -> None:
    good = token(exp=int(time.time()) + 1)
    assert tokens.remembered(good) is None
    assert tokens.caller(good) == tokens.remembered(good)
    time.sleep(1.1)
    assert tokens.remembered(good) is None


def test_weak_keys_and_keys_for_other_uses_are_not_taken(tmp_path: Path) -> None:
    weak = rsa.generate_private_key(65537, 1024)
    curve = ec.generate_private_key(ec.SECP384R1())
    where = key_set(
        tmp_path,
        public(weak, "weak", "RS256"),
        public(curve, "curve", "ES384"),
        public(EC_KEY, "encrypting", "ES256", use="enc"),
        public(EC_KEY, "other", "ES256", alg="ES512"),
        {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"},
    )
    keys = KeySet(where)
    keys.ask()
    assert [k for k in ("weak", "curve", "encrypting", "other", "shared") if keys.get(k)] == []


def test_a_new_key_of_the_issuer_is_found_and_a_lost_set_does_no_harm(tmp_path: Path) -> None:
    now = [0.0]
    where = key_set(tmp_path, public(EC_KEY, "e1", "ES256"))
    keys = KeySet(where, clock=lambda: now[0])
    assert keys.should_ask("e1")
    keys.ask()
    assert not keys.should_ask("e1")
    assert not keys.should_ask("e2")  # not at once: strangers must not make us ask
    now[0] = AGAIN_SECONDS + 1
    key_set(tmp_path, public(EC_KEY, "e1", "ES256"), public(STRANGER, "e2", "ES256"))
    assert keys.should_ask("e2")
    keys.ask()
    assert keys.get("e2")
    Path(where).write_text("{")
    keys.ask()
    assert keys.get("e1")
