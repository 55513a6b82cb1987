"""Why is a token not believed?"""

from __future__ import annotations

from enum import StrEnum

from shenguan_chassis.refusals import Refusal


class Why(StrEnum):
    """The stable reasons; they tell the bearer what to mend and an attacker nothing he does not know."""

    MISSING = "token_missing"
    MALFORMED = "token_malformed"
    HEADER_NOT_ALLOWED = "token_header_not_allowed"
    TYPE_NOT_ALLOWED = "token_type_not_allowed"
    ALGORITHM_NOT_ALLOWED = "token_algorithm_not_allowed"
    KEY_UNKNOWN = "token_key_unknown"
    SIGNATURE_WRONG = "token_signature_wrong"
    CLAIMS_MALFORMED = "token_claims_malformed"
    ISSUER_WRONG = "token_issuer_wrong"
    AUDIENCE_WRONG = "token_audience_wrong"
    EXPIRED = "token_expired"
    NOT_YET_VALID = "token_not_yet_valid"
    LIVES_TOO_LONG = "token_lives_too_long"
    ROLES_IN_CONFLICT = "token_roles_in_conflict"
    ROLE_OUT_OF_PLACE = "token_role_out_of_place"


class Unauthenticated(Refusal, status=401, rule="RFC 9068"):
    """身份令牌无效或已过期：请重新取得令牌，再在 Authorization 请求头中以 Bearer 方式提交。"""

    def __init__(self, why: Why) -> None:
        super().__init__(reason=why.value)
        self.why = why


class KeysUnreachable(Refusal, status=503, rule="RFC 9068"):
    """身份认证服务暂时不可达，无法核验令牌：请稍后重试；持续出现的，请联系系统管理员。"""
