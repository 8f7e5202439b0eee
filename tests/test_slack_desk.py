"""The tests' desk on Slack: what it changes of the desk that comes with the house."""

from __future__ import annotations

from config.load import load_desks
from tests.slack_desk import slack_desks


def test_it_is_the_desk_of_the_house_but_for_its_platform() -> None:
    """Everybody and everything of it is on Slack; trackers, flows and choices are the same."""
    ours, theirs = load_desks(slack_desks())["mhj"], load_desks()["mhj"]
    assert {person.telegram for person in ours.people.values()} == {None}
    assert {channel.place.partition(":")[0] for channel in ours.channels.values()} == {"slack"}
    assert (ours.people["bowen"].slack, ours.channels["supplier_nl"].place) == ("U0BOWEN", "slack:C0SUPPLIER")
    assert (ours.trackers, ours.flows, ours.choices) == (theirs.trackers, theirs.flows, theirs.choices)
