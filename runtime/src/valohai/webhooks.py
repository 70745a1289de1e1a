"""Webhooks with the ways to authenticate that common services ask for."""

from __future__ import annotations

import enum
import json
import os
import sys
import time
import urllib.error
import urllib.parse

from ._platform.api import Answer, send, with_query

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional, Union

__all__ = [
    "AuthType",
    "DataFormat",
    "HMACAlgorithm",
    "RequestMethod",
    "RequestNamespace",
    "TimestampType",
    "Webhook",
    "WebhookException",
]


class _Word(str, enum.Enum):
    """An enumeration whose members equal their text, for a trigger's manifest holds text."""


class RequestMethod(_Word):
    """How the webhook is called."""

    post = "POST"
    get = "GET"


class DataFormat(_Word):
    """How ``post()`` encodes what it sends."""

    json = "json"
    urlencoded = "urlencoded"
    bytes = "bytes"


class AuthType(_Word):
    """How the caller proves who it is."""

    static_token = "static_token"  # noqa: S105  # a word of the protocol
    hmac = "hmac"


class RequestNamespace(_Word):
    """Which part of a request carries a value."""

    query = "query"
    header = "header"


class HMACAlgorithm(_Word):
    """Digests for ``AuthType.hmac``; any other name in ``hashlib.algorithms_available`` may be given as
    text."""

    sha1 = "sha1"
    sha256 = "sha256"
    sha512 = "sha512"


class TimestampType(_Word):
    """The unit of the timestamp, if one is sent."""

    none = "none"
    unix_second = "unix_s"
    unix_millisecond = "unix_ms"


class WebhookException(Exception):
    """A webhook that is not set up right, or whose call failed."""


class Webhook:
    """A webhook of a service.

    url: where it is called, with ``method``.
    auth_type: ``static_token`` sends ``auth_secret_prefix`` + secret as ``auth_key``, in a header or the
    query;
        ``hmac`` sends the prefix + a signature by ``auth_algorithm`` in the header ``auth_key``.
    auth_secret: the secret, or ``{env:NAME}`` for the environment variable NAME.
    hmac_format: what is signed, with ``%(body)s`` and ``%(timestamp)s``.
    timestamp: whether a time is sent, as ``timestamp_key``, and in which unit.
    """

    def __init__(  # noqa: PLR0913  # the fields of a trigger's manifest
        self,
        url: str,
        *,
        title: str = "",
        method: RequestMethod = RequestMethod.post,
        auth_type: Optional[AuthType] = None,
        auth_namespace: RequestNamespace = RequestNamespace.header,
        auth_key: str = "Authorization",
        auth_secret_prefix: str = "",
        auth_secret: Optional[str] = None,
        auth_algorithm: Union[HMACAlgorithm, str, None] = None,
        hmac_format: Union[bytes, str] = b"%(body)s",
        timestamp: TimestampType = TimestampType.none,
        timestamp_namespace: RequestNamespace = RequestNamespace.header,
        timestamp_key: str = "X-Timestamp",
    ) -> None:
        self.url = url
        self.title = title
        self.method = RequestMethod(method)
        self.auth_type = AuthType(auth_type) if auth_type else None
        self.auth_namespace = RequestNamespace(auth_namespace)
        self.auth_key = auth_key
        self.auth_secret_prefix = auth_secret_prefix
        self.auth_secret = auth_secret
        self.auth_algorithm = auth_algorithm
        self.hmac_format = hmac_format.encode() if isinstance(hmac_format, str) else hmac_format
        self.timestamp_type = TimestampType(timestamp)
        self.timestamp_namespace = RequestNamespace(timestamp_namespace)
        self.timestamp_key = timestamp_key

    def __str__(self) -> str:
        if self.title:
            return f"Webhook ({urllib.parse.urlsplit(self.url).netloc}): {self.title}"
        return f"Webhook: {self.url}"

    def post(
        self,
        data: Union[dict[str, Any], bytes],
        *,
        data_format: DataFormat = DataFormat.json,
        content_type: Optional[str] = None,
    ) -> Answer:
        """Send ``data``; bytes need ``DataFormat.bytes`` and a ``content_type``.

        Raises WebhookException for a webhook that takes GET, for data that do not fit their format, and
        when the call fails; the answer is then printed to standard error.
        """
        self._require(RequestMethod.post)
        body, content_type = _encode(data, DataFormat(data_format), content_type)
        query, headers = self._authentication(body)
        headers["Content-Type"] = content_type
        return self._send(query, headers, body)

    def get(self, query_params: Optional[dict[str, Any]] = None) -> Answer:
        """Call the webhook with ``query_params``. Raises WebhookException as ``post()`` does."""
        self._require(RequestMethod.get)
        query, headers = self._authentication(None)
        return self._send({**(query_params or {}), **query}, headers, None)

    def resolve_auth_secret(self) -> Optional[str]:
        """The secret itself. Raises WebhookException if it is in an environment variable that is not set."""
        secret = self.auth_secret
        if secret is None or not (secret.startswith("{env:") and secret.endswith("}")):
            return secret
        variable = secret[len("{env:") : -1]
        if variable not in os.environ:
            raise WebhookException(
                f"{self}: its secret is in the environment variable {variable}, which is not set"
            )
        return os.environ[variable]

    def _require(self, method: RequestMethod) -> None:
        if self.method is not method:
            raise WebhookException(f"{self}: is called with {self.method.value}, not {method.value}")

    def _authentication(self, body: Optional[bytes]) -> tuple[dict[str, str], dict[str, str]]:
        """What proves the caller, for the query and for the headers."""
        parts: dict[RequestNamespace, dict[str, str]] = {
            RequestNamespace.query: {},
            RequestNamespace.header: {},
        }
        timestamp = self._timestamp()
        if timestamp:
            parts[self.timestamp_namespace][self.timestamp_key] = timestamp
        if self.auth_type is not None:
            secret = self.resolve_auth_secret()
            if not secret:
                raise WebhookException(f"{self}: has no secret to authenticate with")
            proof = (
                secret
                if self.auth_type is AuthType.static_token
                else self._signature(secret, body, timestamp)
            )
            parts[self.auth_namespace][self.auth_key] = self.auth_secret_prefix + proof
        return parts[RequestNamespace.query], parts[RequestNamespace.header]

    def _signature(self, secret: str, body: Optional[bytes], timestamp: str) -> str:
        import hmac

        if self.auth_namespace is not RequestNamespace.header or body is None or not self.auth_algorithm:
            raise WebhookException(
                f"{self}: HMAC needs an algorithm, a body to sign (POST) and a header to go in"
            )
        try:
            signed = self.hmac_format % {b"body": body, b"timestamp": timestamp.encode()}
            return hmac.new(secret.encode(), signed, _text(self.auth_algorithm)).hexdigest()
        except (ValueError, TypeError, LookupError) as error:  # the format is the trigger's own
            raise WebhookException(f"{self}: cannot be signed: {error}") from error

    def _timestamp(self) -> str:
        if self.timestamp_type is TimestampType.none:
            return ""
        return str(int(time.time() * (1000 if self.timestamp_type is TimestampType.unix_millisecond else 1)))

    def _send(self, query: dict[str, Any], headers: dict[str, str], body: Optional[bytes]) -> Answer:
        try:
            return send(self.method.value, with_query(self.url, query), headers, body)
        except urllib.error.HTTPError as error:
            with error:
                said = error.read().decode("utf-8", "replace")
            print(f"{self}: answered {error.code}:\n{said}", file=sys.stderr)  # noqa: T201  # the service's own words
            raise WebhookException(f"{self}: answered {error.code} {error.reason}") from error
        except (OSError, ValueError) as error:
            raise WebhookException(f"{self}: cannot be called: {error}") from error


def _encode(
    data: Union[dict[str, Any], bytes], data_format: DataFormat, content_type: Optional[str]
) -> tuple[bytes, str]:
    if data_format is DataFormat.json:
        try:
            return json.dumps(data).encode(), "application/json"
        except (ValueError, TypeError, RecursionError) as error:
            raise WebhookException(f"the data cannot be sent as JSON: {error}") from error
    if data_format is DataFormat.urlencoded:
        if not isinstance(data, dict):
            raise WebhookException(f"urlencoded data must be a dict, not {type(data).__name__}")
        return urllib.parse.urlencode(data).encode(), "application/x-www-form-urlencoded"
    if not isinstance(data, bytes) or content_type is None:
        raise WebhookException("data_format=DataFormat.bytes needs bytes and a content_type")
    return data, content_type


def _text(word: Union[HMACAlgorithm, str]) -> str:
    return word.value if isinstance(word, HMACAlgorithm) else str(word)
