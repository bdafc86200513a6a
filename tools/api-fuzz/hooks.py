# What a page of ours sends and schemathesis cannot make up: the session, its CSRF token, our origin, a new idempotency key for every change, and
# now and then the id of a thing that is there.
import json
import os
import random
import uuid

import schemathesis

TOKEN = os.environ.get("FUZZ_SESSION", "")
IDS = json.loads(os.environ.get("FUZZ_IDS", "{}"))
CHANCE = random.Random(1)


def is_uuid(value):
    try:
        return str(uuid.UUID(str(value))) == value
    except ValueError:
        return False


@schemathesis.hook
def before_call(context, case, kwargs):
    headers = case.headers if case.headers is not None else {}
    if case.operation.method.upper() not in ("GET", "HEAD", "OPTIONS"):
        headers["origin"] = os.environ["FUZZ_ORIGIN"]
        if TOKEN:
            headers["x-csrf-token"] = os.environ["FUZZ_CSRF"]
        headers["idempotency-key"] = str(uuid.uuid4())
    case.headers = headers
    # Only a good id becomes another good one: what was made up to be refused stays as it is.
    known = IDS.get(case.operation.path.split("/")[2]) if case.operation.path.startswith("/api/") else None
    if known and is_uuid((case.path_parameters or {}).get("id")) and CHANCE.random() < 0.7:
        case.path_parameters["id"] = CHANCE.choice(known)


if TOKEN:

    @schemathesis.auth()
    class Session:
        def get(self, case, context):
            return TOKEN

        def set(self, case, data, context):
            cookies = dict(case.cookies or {})
            cookies["__Host-flowclaw"] = data
            case.cookies = cookies
