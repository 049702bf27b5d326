"""Authlib, a stock OAuth2 client for Python, against a running Labeler.

Settings: LABELER_URL, LABELER_OWNER_EMAIL, LABELER_OWNER_PASSWORD. The last line is `N passed, N failed`.
"""

import os
import sys
import time
import traceback

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

ORIGIN = os.environ["LABELER_URL"]
TOKEN = f"{ORIGIN}/oauth2/token"
HASH = "0" * 64
# The server under test listens on this machine, without TLS.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"


def owner() -> requests.Session:
    """The owner's session, as pages have it."""
    session = requests.Session()
    session.headers["sec-fetch-site"] = "same-origin"
    sign_in = {"email": os.environ["LABELER_OWNER_EMAIL"], "password": os.environ["LABELER_OWNER_PASSWORD"]}
    answer = session.post(f"{ORIGIN}/api/v1/session", json=sign_in, timeout=60)
    answer.raise_for_status()
    return session


def register(session: requests.Session, **wish) -> dict:
    wish = {"name": "Authlib", "scopes": ["verify"], **wish}
    answer = session.post(f"{ORIGIN}/api/v1/oauth-clients", json=wish, timeout=60)
    assert answer.status_code == 201, answer.text
    return answer.json()


def with_a_secret(session: requests.Session, method: str) -> None:
    made = register(session)
    client = OAuth2Session(made["client"]["id"], made["secret"], token_endpoint_auth_method=method, scope="verify")
    token = client.fetch_token(TOKEN, grant_type="client_credentials")
    assert token["token_type"] == "Bearer" and token["expires_in"] == 600, token
    assert client.get(f"{ORIGIN}/api/v1/verify/{HASH}").status_code == 200
    assert client.get(f"{ORIGIN}/api/v1/assets").status_code == 403

    keys = KeySet.import_key_set(requests.get(f"{ORIGIN}/oauth2/jwks", timeout=60).json())
    read = jwt.decode(token["access_token"], keys, algorithms=["ES256"])
    assert read.header["typ"] == "at+jwt" and read.claims["client_id"] == made["client"]["id"], read

    seen = client.introspect_token(f"{ORIGIN}/oauth2/introspect", token=token["access_token"]).json()
    assert seen["active"] is True and seen["scope"] == "verify", seen
    assert client.revoke_token(f"{ORIGIN}/oauth2/revoke", token=token["access_token"]).status_code == 200
    answer = requests.get(
        f"{ORIGIN}/api/v1/verify/{HASH}", headers={"authorization": f"Bearer {token['access_token']}"}, timeout=60
    )
    assert answer.status_code == 401, answer.text


def with_a_key(session: requests.Session) -> None:
    key = ECKey.generate_key("P-256", {"kid": "one", "use": "sig", "alg": "ES256"})
    made = register(session, jwks={"keys": [key.as_dict(private=False)]})
    assert made["secret"] is None
    client = OAuth2Session(made["client"]["id"], key, token_endpoint_auth_method="private_key_jwt")
    # The audience is the issuer, as draft-ietf-oauth-rfc7523bis has it.
    # Assertions live for five minutes at most; Authlib would make them last an hour.
    claims = {"exp": int(time.time()) + 60}
    client.register_client_auth_method(PrivateKeyJWT(ORIGIN, claims=claims, headers={"kid": "one"}, alg="ES256"))
    client.fetch_token(TOKEN, grant_type="client_credentials")
    assert client.get(f"{ORIGIN}/api/v1/verify/{HASH}").status_code == 200


def main() -> int:
    session = owner()
    passed = failed = 0
    for name, run in [
        ("authlib: client_secret_basic", lambda: with_a_secret(session, "client_secret_basic")),
        ("authlib: client_secret_post", lambda: with_a_secret(session, "client_secret_post")),
        ("authlib: private_key_jwt", lambda: with_a_key(session)),
    ]:
        try:
            run()
            passed += 1
            print(f"ok   {name}")
        except Exception:  # noqa: BLE001 - whatever it is, it is this test's failure
            failed += 1
            print(f"FAIL {name}: {traceback.format_exc()}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
