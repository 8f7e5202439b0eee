"""What each person has not seen yet, by place and thread; the open pages of a sandbox share it."""

from __future__ import annotations

from collections import defaultdict

from bot.sandbox.slack_people import place_of
from bot.sandbox.slack_shown import visible_text
from bot.sandbox.slack_state import Conversation, Message
from bot.sandbox.slack_workspace import Workspace


class Unread:
    """Counts messages that others wrote where somebody can see them, until that person looks.

    Args:
        workspace: whose messages these are.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._until: dict[str, str] = {}
        self._following: dict[tuple[str, str], set[str]] = {}
        # who → place → message id → id of the thread's first message, or "" outside of threads
        self._new: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))

    def begin(self) -> None:
        """What was said before anybody had the page open is news to nobody."""
        if not self._until:
            self.look()
            self._new.clear()

    def look(self) -> None:
        """Take in what was written since the last look; costs no more than there is new."""
        for conversation in self._workspace.state.conversations.values():
            until = self._until.get(conversation.id, "")
            fresh = []
            for message in reversed(conversation.messages):
                if message.ts <= until:
                    break
                fresh.append(message)
            if fresh:
                self._until[conversation.id] = fresh[0].ts
            for message in reversed(fresh):
                self._take(conversation, message)

    def _take(self, conversation: Conversation, message: Message) -> None:
        users = self._workspace.state.users
        root = f"slack:{message.channel}:{message.thread_ts}" if message.is_reply else ""
        followers = self._followers(conversation, message) if root else conversation.members
        for user in followers:
            if user != message.user and message.visible_to in {None, user} and users[user].person:
                self._new[users[user].person][place_of(conversation)][message.id] = root

    def _followers(self, conversation: Conversation, reply: Message) -> set[str]:
        """Who follows a thread: whoever is named where it begins, and whoever wrote in it since."""
        state = self._workspace.state
        key = (conversation.id, reply.thread_ts or "")
        if key not in self._following:
            root = conversation.find(key[1])
            text = visible_text(state, root) if root else ""
            named = {user for user in conversation.members if state.users[user].real_name in text}
            self._following[key] = named | ({root.user} if root else set())
        self._following[key].add(reply.user)
        return self._following[key] & conversation.members

    def seen(self, who: str, place: str, thread: str = "") -> None:
        """Somebody looks at a place, or into one of its threads."""
        new = self._new[who][place]
        for ident in [ident for ident, root in new.items() if root == thread]:
            del new[ident]

    def count(self, who: str, place: str | None = None) -> int:
        """How many messages somebody has not seen: in one place, or altogether."""
        places = self._new[who]
        return len(places[place]) if place else sum(map(len, places.values()))

    def replies(self, who: str, place: str, thread: str) -> int:
        """How many replies in a thread somebody has not seen."""
        return sum(root == thread for root in self._new[who][place].values())
