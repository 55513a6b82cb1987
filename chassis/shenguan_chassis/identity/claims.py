"""What must a token say? Its header and its claims, read strictly: a wrong type is a wrong token."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictStr, StringConstraints

from shenguan_chassis.identity.caller import ITSELF, Caller
from shenguan_chassis.personal.texts import names_a_person

TYPES: Final = frozenset({"at+jwt", "application/at+jwt", "jwt"})
"""`typ` values of an access token, in lower case (RFC 9068)."""

FORBIDDEN_HEADERS: Final = frozenset({"jwk", "jku", "x5u", "x5c", "crit", "b64", "enc", "zip"})
"""Headers by which a token would bring its own key or its own rules."""

_Code = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
_Id = Annotated[str, StringConstraints(strict=True, pattern=r"^[\x21-\x7e]{1,128}$")]


def _no_service(sub: str) -> str:
    if sub.startswith(ITSELF):
        raise ValueError("the services' own names are nobody else's")
    return _no_number(sub)


def _no_number(text: str) -> str:
    """Who asks is kept in the journal for good: a provider that names people by their phones must name them anew."""
    if names_a_person(text):
        raise ValueError("nobody is named by a phone or identity number")
    return text


_Text = Annotated[
    str, StringConstraints(strict=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$"), AfterValidator(_no_number)
]
_Seconds = Annotated[float, Field(strict=True, ge=0, le=2**53, allow_inf_nan=False)]


class Header(BaseModel):
    """The protected header."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)

    alg: StrictStr
    typ: StrictStr
    kid: Annotated[StrictStr, Field(min_length=1, max_length=200)]

    @property
    def brings_own_rules(self) -> bool:
        """Does the header try to say how it is to be verified?"""
        return not FORBIDDEN_HEADERS.isdisjoint(self.model_extra or ())


class Claims(BaseModel):
    """The claims we use; others are ignored. `dept` is absent for who belongs to no department, never null."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    iss: StrictStr
    aud: StrictStr | list[StrictStr]
    sub: Annotated[_Id, AfterValidator(_no_service)]
    org: _Code
    dept: _Code = Field(default="")
    name: _Text = ""
    roles: Annotated[list[_Id], Field(max_length=64)]
    jti: _Id
    iat: _Seconds
    exp: _Seconds
    nbf: _Seconds | None = None

    def names_audience(self, audience: str) -> bool:
        """Is the token meant for `audience`?"""
        return audience == self.aud if isinstance(self.aud, str) else audience in self.aud

    def caller(self) -> Caller:
        """Who asks."""
        return Caller(
            person=self.sub,
            name=self.name,
            organisation=self.org,
            department=self.dept or None,
            roles=frozenset(self.roles),
            token_id=self.jti,
        )
