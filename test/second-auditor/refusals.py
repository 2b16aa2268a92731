"""How this auditor says no: one exception, raised where the ceremony stops being what it claims to be."""


class Refused(Exception):
    """`where` is a path in the folder; empty where it is the line that is being read."""

    def __init__(self, why: str, where: str = ""):
        super().__init__(why)
        self.why = why
        self.where = where


def demand(condition: bool, why: str) -> None:
    if not condition:
        raise Refused(why)
