"""Which environment variables hold a secret, told by name and value."""

from __future__ import annotations

import re
from typing import Any, Final

from policies.rule import Finding, Verdict

# Words that name a secret, alone or at the end of a longer one: DBPASSWORD. KEY ends too many (MONKEY, TURKEY).
# fmt: off
_ENDINGS: Final = ("SECRET", "TOKEN", "PASSWORD", "APIKEY", "ACCESSKEY", "SECRETKEY", "PRIVATEKEY", "AUTHKEY")
# Before KEY these say that everybody may know it.
_PUBLIC: Final = frozenset({
    "PUBLIC", "PUBLISHABLE", "SITE", "PRIMARY", "FOREIGN", "PARTITION", "SORT", "ROUTING", "CACHE", "OBJECT",
    "IDEMPOTENCY",
})
# Last words which say that a variable names, places or measures a secret, and is none.
_ABOUT: Final = frozenset({
    "ARN", "NAME", "NAMES", "ID", "IDS", "FILE", "PATH", "DIR", "URL", "URI", "ENDPOINT", "HOST", "PORT",
    "PREFIX", "SUFFIX", "SPACE", "LENGTH", "SIZE", "BYTES", "BITS", "TTL", "EXPIRY", "EXPIRES", "EXPIRATION",
    "LIFETIME", "MAXAGE", "AGE", "SECONDS", "MINUTES", "HOURS", "DAYS", "MS", "COUNT", "LIMIT", "MIN", "MAX",
    "ALGORITHM", "TYPE", "FORMAT", "ISSUER", "AUDIENCE", "HEADER", "FIELD", "COLUMN", "ENABLED", "DISABLED",
    "REQUIRED", "POLICY", "ROTATION", "VERSION", "REGION", "MODE", "PROVIDER", "SCOPE", "SCOPES", "ALIAS",
    "SOURCE", "STORE",
})
# fmt: on
_SWITCHES: Final = frozenset({"", "true", "false", "yes", "no", "on", "off", "none", "null"})
_ARN: Final = re.compile(r"arn:aws[\w-]*:")
_FILE: Final = re.compile(r"(/[\w.-]+){2,}")
_REFERENCE: Final = re.compile(r"\$\{?\w+\}?|\$\(\w+\)|%\w|\{\{.*\}\}|<[\w -]+>|\{\w*\}|\*+")
_CREDENTIALS: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/:@?#]*:(?P<password>[^\s/@]+)@", re.IGNORECASE)


def secret_in_name(name: str, value: str) -> bool:
    """Whether a variable is a secret by its name, and its value does not say otherwise.

    >>> secret_in_name("STRIPE_API_KEY", "sk_live_1"), secret_in_name("STRIPE_API_KEY_ARN", "sk_live_1")
    (True, False)
    """
    words = re.findall(r"[A-Z0-9]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper())
    return _names_secret(words) and not _is_harmless(value, words[-1])


def _names_secret(words: list[str]) -> bool:
    if "_".join(words[-3:]) == "ACCESS_KEY_ID":
        return True  # one half of a static AWS key: a role is what should be there
    if not words or words[-1] in _ABOUT:
        return False
    return any(
        word.removesuffix("S").endswith(_ENDINGS) or (word in ("KEY", "KEYS") and before not in _PUBLIC)
        for before, word in zip(["", *words], words, strict=False)
    )


def _is_harmless(value: str, last: str) -> bool:
    """A switch, a reference, the place of a secret; a number, where the name speaks of several (MAX_TOKENS)."""
    text = value.strip()
    return bool(
        text.lower() in _SWITCHES
        or _ARN.match(text)
        or _FILE.fullmatch(text)
        or _REFERENCE.fullmatch(text)
        or (last.endswith("S") and text.replace(".", "", 1).isdigit()),
    )


def password_in_url(value: str) -> bool:
    """Whether a value is a URL that holds user and password, and the password is no placeholder.

    >>> password_in_url("postgres://app:s3cret@db/app"), password_in_url("postgres://app:${PASSWORD}@db/app")
    (True, False)
    """
    found = _CREDENTIALS.search(value)
    return found is not None and not _REFERENCE.fullmatch(found["password"])


def expect_plain(path: str, name: Any, value: Any) -> Verdict:
    """Judge one variable: that it holds no secret. Its value is never shown."""
    if not isinstance(value, str):
        return None
    if password_in_url(value):
        return Finding(path=path, found="a URL with a password")
    return Finding(path=path, found="plain text") if secret_in_name(str(name), value) else None
