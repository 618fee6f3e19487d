"""Every fixture lives in ``tests/support``, by what it gives: servers, databases, a browser."""

pytest_plugins = [
    "tests.support.servers",
    "tests.support.elasticsearch",
    "tests.support.databases",
    "tests.support.browser",
    "tests.support.house",
]
