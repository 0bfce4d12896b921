"""What is recorded about one answer, and which part of it enters the chain.

The chain holds nothing that names a business: of the subject a keyed pseudonym,
of the request a salted commitment. Both are opened by tables beside the chain;
what is deleted there leaves the chain whole and can no longer be linked.
"""

from __future__ import annotations

from dataclasses import dataclass

from serving import canonical
from serving.audit.verify import digest_of

FORMAT = 1


@dataclass(frozen=True)
class Who:
    """To whom the answer was given.

    Parameters
    ----------
    name
        Name of the key or token; of no person.
    role
        Role in which it was asked.
    department
        Department the key was issued to.
    districts
        Districts it is limited to; empty for the whole city.
    by
        How it was shown: ``key``, ``token``, ``session``, ``demo`` or ``nothing``.
    """

    name: str
    role: str
    department: str = ""
    districts: tuple[str, ...] = ()
    by: str = "nothing"


@dataclass(frozen=True)
class Basis:
    """The hashes of everything an answer was made from.

    `arrived` is the last of the records pushed since that could count, `reviewed`
    the last act of people (objections, overrides), `on` the local day of asking.
    """

    scores: str
    bundle: str
    policy: str
    catalogue: str
    snapshot: str
    as_of: str
    arrived: int = 0
    reviewed: int = 0
    on: str | None = None


@dataclass(frozen=True)
class Entry:
    """One answer, before it has its place in the chain.

    Parameters
    ----------
    action
        What was done, as the door declares it.
    route
        Method and template of the address.
    about
        Business the answer is about; not in the chain.
    request
        The request as canonical JSON, from which the answer can be made again; not
        in the chain. Empty where the request must not be kept.
    basis
        None when the answer rests on no set of scores.
    status, sha256
        Of the response; the hash is that of its body, and for 304 that of the body
        the caller holds.
    inputs, tier
        Hash of the vector and tier in force, when the answer is one decision.
    part_of
        Place in the chain of the stream that the answer is a line of.
    """

    action: str
    route: str
    who: Who
    purpose: str
    about: str | None
    request: bytes
    basis: Basis | None
    status: int
    sha256: str
    inputs: str | None = None
    tier: str | None = None
    part_of: int | None = None


def record(entry: Entry, seq: int, at: str, subject: str | None, request: str | None) -> bytes:
    """The canonical bytes of the chain's record.

    Parameters
    ----------
    at
        Moment of writing, UTC.
    subject
        Pseudonym of the business.
    request
        Commitment to the request (`commitment`).
    """
    return canonical.encode(
        {
            "action": entry.action,
            "answer": {"sha256": entry.sha256, "status": entry.status},
            "at": at,
            "basis": entry.basis,
            "by": entry.who,
            "format": FORMAT,
            "inputs": entry.inputs,
            "part_of": entry.part_of,
            "purpose": entry.purpose,
            "request": request,
            "route": entry.route,
            "seq": seq,
            "subject": subject,
            "tier": entry.tier,
        }
    )


def commitment(salt: bytes, request: bytes) -> str:
    """What the chain holds of a request: nobody without the salt can test a guess."""
    return digest_of(salt + request).hex()
