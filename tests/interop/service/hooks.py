"""Each call comes from an address of its own, so that the limits for addresses stay out of the way.

Locally the header is taken as it is sent; in front of a deployed Worker the network sets it, whatever a caller says.
"""

import ipaddress
import itertools

import schemathesis

_numbers = itertools.count(int(ipaddress.IPv4Address("10.0.0.1")))


@schemathesis.hook
def before_call(context, case, kwargs):
    case.headers = {**(case.headers or {}), "CF-Connecting-IP": str(ipaddress.IPv4Address(next(_numbers)))}
