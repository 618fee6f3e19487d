"""Doors and roles."""

import pytest

from contact_center.actors import BOT, Actor, Role
from contact_center.i18n import catalogue
from contact_center.staff.permissions import HOME, MENU, Door, home, may_open, menu


def member(role: Role) -> Actor:
    return Actor(kind="staff", role=role)


@pytest.mark.parametrize("role", list(Role))
def test_everybody_may_open_the_page_they_start_on(role: Role) -> None:
    doors = {item.href: item.door for item in MENU}
    assert may_open(member(role), doors[home(member(role))])
    assert role in HOME


@pytest.mark.parametrize(
    ("role", "addresses"),
    [
        (Role.OPERATOR, ["/desk", "/tickets", "/knowledge"]),
        (Role.DISPATCHER, ["/desk", "/dispatch", "/tickets", "/knowledge", "/learning"]),
        (Role.OFFICER, ["/unit", "/tickets", "/knowledge"]),
        (Role.SUPERVISOR, ["/desk", "/dispatch", "/tickets", "/knowledge", "/learning"]),
        (Role.ADMINISTRATOR, ["/knowledge", "/admin/accounts", "/admin/audit"]),
    ],
)
def test_the_menu_shows_what_the_role_may_open(role: Role, addresses: list[str]) -> None:
    assert [item.href for item in menu(member(role))] == addresses


@pytest.mark.parametrize("nobody", [None, BOT, Actor(kind="citizen")])
def test_nobody_else_opens_any_door(nobody: Actor | None) -> None:
    assert not any(may_open(nobody, door) for door in Door)
    assert menu(nobody) == []


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_every_line_of_the_menu_has_words(locale: str) -> None:
    assert all(item.words in catalogue(locale) for item in MENU)
