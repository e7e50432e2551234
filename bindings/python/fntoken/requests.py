# SPDX-License-Identifier: MIT
"""requests: session.auth = FunctionAuth("https://gateway.example.com", from_file("/var/secrets/tokens/openfaas-token"))."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import requests
from requests.auth import AuthBase

from .client import EARLY, Exchange, audience_of, from_file

__all__ = ["FunctionAuth", "from_file"]


class FunctionAuth(AuthBase):
    """
    Adds the Function Token for the function that a URL calls. Exchanges, keeps and renews it; any thread.

    After a 401 the token is dropped and the call sent once more with a new one, unless its body was a stream. The token goes to the
    gateway's scheme, host and port alone: another URL is a ValueError. Raises ExchangeRefused, and what requests raises.
    """

    def __init__(
        self,
        gateway: str,
        subject: str | Callable[[], str],
        *,
        early: int = EARLY,
        session: requests.Session | None = None,
        timeout: float = 30,
    ) -> None:
        """session: what the exchange is sent with, for its TLS and proxy settings; timeout: of the exchange, in seconds."""
        self.exchange = Exchange(gateway, subject, early=early)
        self.session = session
        self.timeout = timeout

    def token(self, audience: str) -> str:
        """A Function Token for NAMESPACE:NAME; one exchange at a time for each."""
        with self.exchange.lock_of(audience):
            known = self.exchange.known(audience)
            if known is not None:
                return known
            sender = self.session.post if self.session is not None else requests.post
            answer = sender(
                self.exchange.url,
                data=self.exchange.body(audience),
                headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
                timeout=self.timeout,
                allow_redirects=False,
                auth=_nobody,
            )
            return self.exchange.take(audience, answer.status_code, answer.content)

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        """As requests asks for each call."""
        self.exchange.check(r.url or "")
        audience = audience_of(r.url or "")
        token = self.token(audience)
        r.headers["Authorization"] = "Bearer " + token

        def again(response: requests.Response, **send: Any) -> requests.Response:
            if response.status_code != 401 or not isinstance(response.request.body, (bytes, str, type(None))):
                return response
            self.exchange.forget(audience, token)
            retry = response.request.copy()
            retry.hooks["response"] = [hook for hook in retry.hooks["response"] if hook is not again]
            retry.headers["Authorization"] = "Bearer " + self.token(audience)
            response.content  # noqa: B018 read, so that the connection can be used again
            response.close()
            second: requests.Response = response.connection.send(retry, **send)
            second.history.append(response)
            second.request = retry
            return second

        r.register_hook("response", again)  # type: ignore[no-untyped-call]
        return r


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """The exchange has no credentials but the subject token; without this requests would look into .netrc."""
    return request
