"""Drive: files found, made, filled, shared and deleted, and the storage a service account has not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.sandbox.google_files import FOLDER, SPREADSHEET
from tests.bot.sandbox.google_world import BOOK, BOT, LEAD, STRANGER, World

FILES = "/drive/v3/files"
UPLOAD = "/upload/drive/v3/files"
SHARED = "0ASharedDrive"
ALL_DRIVES = {"supportsAllDrives": "true"}


@pytest.fixture
def shared(world: World) -> World:
    """A world with a shared drive that the bot may fill."""
    world.google.files.shared_drive(SHARED, "Evidence", {BOT: "fileOrganizer", LEAD: "organizer"})
    return world


def multipart(description: dict[str, Any], content: bytes, mime: str = "image/png") -> dict[str, Any]:
    """Headers and body of a multipart upload."""
    body = (
        b"--b1\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n"
        + json.dumps(description).encode()
        + f"\r\n--b1\r\nContent-Type: {mime}\r\n\r\n".encode()
        + content
        + b"\r\n--b1--"
    )
    return {"data": body, "headers": {"Content-Type": "multipart/related; boundary=b1"}}


def upload(world: World, description: dict[str, Any], content: bytes, who: str = BOT, **params: str) -> Any:
    """A multipart upload."""
    params = {"uploadType": "multipart", **params}
    return world.call("POST", UPLOAD, who, params=params, **multipart(description, content))


def refusal(response: Any) -> tuple[int, str]:
    """Code and reason of a refusal."""
    return response.status_code, response.json()["error"]["errors"][0]["reason"]


def test_a_service_account_cannot_store_what_it_uploads(world: World) -> None:
    """Without a shared drive there is no storage; a person has his own."""
    assert refusal(upload(world, {"name": "a.png"}, b"x")) == (403, "storageQuotaExceeded")
    assert upload(world, {"name": "a.png"}, b"x", LEAD).ok


def test_a_picture_goes_into_a_shared_drive_and_comes_back(shared: World) -> None:
    """Bytes are kept as they came, line ends and boundary-like parts included."""
    picture = b"\x89PNG\r\n\x1a\n\x00--b\r\n\r\nrest\r\n"
    made = upload(shared, {"name": "proof.png", "parents": [SHARED]}, picture, **ALL_DRIVES).json()
    assert made == {"kind": "drive#file", "id": made["id"], "name": "proof.png", "mimeType": "image/png"}
    params = {"alt": "media", **ALL_DRIVES}
    answer = shared.call("GET", f"{FILES}/{made['id']}", params=params)
    assert (answer.content, answer.headers["content-type"]) == (picture, "image/png")


def test_a_shared_drive_is_not_seen_without_asking_for_it(shared: World) -> None:
    """The flag supportsAllDrives is needed to put a file there, to get it, and to list it."""
    assert refusal(upload(shared, {"parents": [SHARED]}, b"x")) == (404, "notFound")
    made = upload(shared, {"name": "p", "parents": [SHARED]}, b"x", **ALL_DRIVES).json()
    assert refusal(shared.call("GET", f"{FILES}/{made['id']}")) == (404, "notFound")
    query = {"q": "name = 'p'"}
    assert shared.call("GET", FILES, params=query).json()["files"] == []
    both = {**query, **ALL_DRIVES, "includeItemsFromAllDrives": "true"}
    assert [file["id"] for file in shared.call("GET", FILES, params=both).json()["files"]] == [made["id"]]


def test_simple_upload_and_new_content(shared: World) -> None:
    """uploadType=media takes the body as it is; PATCH replaces it."""
    headers = {"Content-Type": "text/plain"}
    params = {"uploadType": "media"}
    made = shared.call("POST", UPLOAD, LEAD, params=params, data=b"one", headers=headers).json()
    assert (made["name"], made["mimeType"]) == ("Untitled", "text/plain")
    shared.call("PATCH", f"{UPLOAD}/{made['id']}", LEAD, params=params, data=b"two", headers=headers)
    answer = shared.call("GET", f"{FILES}/{made['id']}", LEAD, params={"alt": "media"})
    assert answer.content == b"two"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("name = 'it\\'s a case'", ["it's a case"]),
        ("name contains 'CASE'", ["it's a case", "case 2"]),
        ("mimeType = 'application/vnd.google-apps.folder'", ["folder"]),
        ('mimeType="application/vnd.google-apps.spreadsheet"', ["Trackers"]),
        ("appProperties has { key='case' and value='II-1' }", ["it's a case"]),
        ("trashed = true", ["case 2"]),
        ("name = 'folder' or name = 'case 2' and trashed = false", ["folder"]),
        ("not name contains 'case' and not (mimeType = 'application/vnd.google-apps.folder')", ["Trackers"]),
        ("'root' in parents", ["folder"]),
        ("createdTime > '2030-01-01T00:00:00'", []),
        (f"'{LEAD}' in owners and name = 'Trackers'", ["Trackers"]),
    ],
)
def test_files_are_found_by_query(world: World, query: str, found: list[str]) -> None:
    """The search language: comparisons, properties, folders, people, and, or, not, brackets."""
    for body in (
        {"name": "folder", "mimeType": FOLDER, "parents": ["root"]},
        {"name": "it's a case", "appProperties": {"case": "II-1"}},
        {"name": "case 2", "trashed": True},
    ):
        assert world.call("POST", FILES, LEAD, json=body).ok
        world.now += 1
    listed = world.call("GET", FILES, LEAD, params={"q": query, "orderBy": "createdTime"}).json()
    assert sorted(file["name"] for file in listed["files"]) == sorted(found)


@pytest.mark.parametrize(
    "query", ["name", "name =", "name = 'a", "name ~ 'a'", "size = 3", "(name = 'a'", "name = 'a' 'b'"]
)
def test_a_query_that_cannot_be_read_is_400(world: World, query: str) -> None:
    """Nothing is guessed."""
    assert refusal(world.call("GET", FILES, params={"q": query})) == (400, "invalid")


def test_only_files_the_caller_may_see_are_listed(world: World) -> None:
    """A stranger sees nothing, and cannot tell a hidden file from none."""
    assert world.call("GET", FILES, STRANGER).json()["files"] == []
    assert refusal(world.call("GET", f"{FILES}/{BOOK}", STRANGER)) == (404, "notFound")
    assert refusal(world.call("GET", f"{FILES}/none", STRANGER)) == (404, "notFound")


def test_lists_come_in_pages(world: World) -> None:
    """Both pageSize and pageToken lead through the list; the last page has no token."""
    for number in range(5):
        world.call("POST", FILES, LEAD, json={"name": f"f{number}"})
    names: list[str] = []
    params = {"pageSize": "2", "orderBy": "name"}
    while True:
        page = world.call("GET", FILES, LEAD, params=params).json()
        names += [file["name"] for file in page["files"]]
        if "nextPageToken" not in page:
            break
        params["pageToken"] = page["nextPageToken"]
    assert names == ["f0", "f1", "f2", "f3", "f4", "Trackers"]
    assert refusal(world.call("GET", FILES, params={"pageSize": "0"})) == (400, "invalid")


def test_properties_are_added_changed_and_taken_away(world: World) -> None:
    """A property set to null goes; the others stay."""
    made = world.call("POST", FILES, LEAD, json={"name": "a", "appProperties": {"x": "1", "y": "2"}}).json()
    body = {"appProperties": {"x": None, "z": "3"}}
    params = {"fields": "appProperties"}
    changed = world.call("PATCH", f"{FILES}/{made['id']}", LEAD, params=params, json=body).json()
    assert changed == {"appProperties": {"y": "2", "z": "3"}}


def test_a_spreadsheet_made_on_drive_exists(world: World) -> None:
    """Its id opens in Sheets; renaming, copying and exporting it work, and deleting ends it."""
    made = world.call("POST", FILES, json={"name": "T", "mimeType": SPREADSHEET}).json()
    sheet = f"/v4/spreadsheets/{made['id']}"
    assert world.call("GET", sheet).json()["properties"]["title"] == "T"
    world.call("PATCH", f"{FILES}/{made['id']}", json={"name": "U"})
    assert world.call("GET", sheet).json()["properties"]["title"] == "U"
    world.append(["a", "b,c"])
    copy = world.call("POST", f"{FILES}/{BOOK}/copy", json={"name": "V"}).json()
    exported = world.call("GET", f"{FILES}/{copy['id']}/export", params={"mimeType": "text/csv"})
    assert exported.content == b'a,"b,c"\r\n'
    assert world.call("DELETE", f"{FILES}/{made['id']}").status_code == 204
    assert world.call("GET", sheet).status_code == 404


def test_only_an_owner_deletes(world: World) -> None:
    """A writer may change a file, not end it."""
    assert refusal(world.call("DELETE", f"{FILES}/{BOOK}")) == (403, "insufficientFilePermissions")
    assert world.call("DELETE", f"{FILES}/{BOOK}", LEAD).status_code == 204


def test_sharing_is_listed_changed_and_taken_back(world: World) -> None:
    """Permissions by the interface decide what Sheets allows."""
    path = f"{FILES}/{BOOK}/permissions"
    made = world.call("POST", path, json={"type": "user", "role": "reader", "emailAddress": STRANGER}).json()
    assert made["role"] == "reader"
    assert world.call("GET", f"/v4/spreadsheets/{BOOK}", STRANGER).ok
    world.call("PATCH", f"{path}/{made['id']}", LEAD, json={"role": "writer"})
    fields = {"fields": "permissions(emailAddress,role)"}
    assert world.call("GET", path, params=fields).json()["permissions"] == [
        {"emailAddress": LEAD, "role": "owner"},
        {"emailAddress": BOT, "role": "writer"},
        {"emailAddress": STRANGER, "role": "writer"},
    ]
    assert world.call("DELETE", f"{path}/{made['id']}").status_code == 204
    assert world.call("GET", f"/v4/spreadsheets/{BOOK}", STRANGER).status_code == 403


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"type": "user", "role": "reader"}, (400, "invalidSharingRequest")),
        ({"type": "robot", "role": "reader", "emailAddress": LEAD}, (400, "required")),
        ({"type": "user", "role": "owner", "emailAddress": BOT}, (403, "forbidden")),
    ],
)
def test_sharing_that_google_refuses(world: World, body: dict[str, str], refused: tuple[int, str]) -> None:
    """An address, a known role, and ownership only when asked for."""
    assert refusal(world.call("POST", f"{FILES}/{BOOK}/permissions", LEAD, json=body)) == refused


@pytest.mark.parametrize(("role", "able"), [("reader", False), ("commenter", False), ("writer", True)])
def test_a_file_says_whether_its_caller_may_change_it(world: World, role: str, able: bool) -> None:
    """Whatever somebody else may do with it."""
    world.google.share(BOOK, STRANGER, role)
    told = world.call("GET", f"/drive/v3/files/{BOOK}", STRANGER, params={"fields": "capabilities(canEdit)"})
    assert told.json() == {"capabilities": {"canEdit": able}}


def test_every_change_is_in_the_truth_log(shared: World) -> None:
    """What was uploaded, where to, by whom, and how large."""
    upload(
        shared, {"name": "p", "parents": [SHARED], "appProperties": {"case": "II-1"}}, b"abc", **ALL_DRIVES
    )
    entry = shared.truth.of("drive")[-1]
    assert (entry["effect"], entry["name"], entry["by"], entry["size"]) == ("files.create", "p", BOT, 3)
    assert (entry["parents"], entry["app_properties"]) == ([SHARED], {"case": "II-1"})


def test_an_unknown_field_is_400(world: World) -> None:
    """In a mask and in a body."""
    assert refusal(world.call("GET", f"{FILES}/{BOOK}", params={"fields": "names"})) == (
        400,
        "invalidParameter",
    )
    assert world.call("POST", FILES, json={"title": "x"}).status_code == 400


def test_what_is_not_played_is_said(world: World) -> None:
    """A resumable upload is 501, another export too."""
    assert world.call("POST", UPLOAD, params={"uploadType": "resumable"}).status_code == 501
    assert (
        world.call("GET", f"{FILES}/{BOOK}/export", params={"mimeType": "application/pdf"}).status_code == 501
    )


def test_who_am_i(world: World) -> None:
    """The about method says whose token it is, for a doctor that checks it."""
    answer = world.call("GET", "/drive/v3/about", params={"fields": "user(emailAddress)"}).json()
    assert answer == {"user": {"emailAddress": BOT}}


def test_a_file_is_moved_between_folders(shared: World) -> None:
    """A folder is added and another taken away; a folder that is not his is not found."""
    folders = [
        shared.call("POST", FILES, LEAD, json={"name": name, "mimeType": FOLDER}).json()["id"]
        for name in "ab"
    ]
    made = shared.call("POST", FILES, LEAD, json={"name": "f", "parents": folders[:1]}).json()
    params = {"addParents": folders[1], "removeParents": folders[0], "fields": "parents"}
    moved = shared.call("PATCH", f"{FILES}/{made['id']}", LEAD, params=params, json={}).json()
    assert moved == {"parents": folders[1:]}
    assert refusal(shared.call("POST", FILES, json={"parents": folders[:1]})) == (404, "notFound")


def test_a_file_with_content_is_copied(world: World) -> None:
    """The copy has the content and another id."""
    made = upload(world, {"name": "a.txt"}, b"abc", LEAD).json()
    copy = world.call("POST", f"{FILES}/{made['id']}/copy", LEAD, json={"name": "b.txt"}).json()
    answer = world.call("GET", f"{FILES}/{copy['id']}", LEAD, params={"alt": "media"})
    assert (copy["name"], answer.content, copy["id"] != made["id"]) == ("b.txt", b"abc", True)


def test_a_spreadsheet_has_no_bytes_to_download(world: World) -> None:
    """What lives in an editor is exported, not downloaded."""
    answer = world.call("GET", f"{FILES}/{BOOK}", params={"alt": "media"})
    assert refusal(answer) == (403, "fileNotDownloadable")


def test_a_shared_drive_is_known_to_its_members(shared: World) -> None:
    """Its name for a member, 404 for anybody else."""
    assert shared.call("GET", f"/drive/v3/drives/{SHARED}").json()["name"] == "Evidence"
    assert shared.call("GET", f"/drive/v3/drives/{SHARED}", STRANGER).status_code == 404


def test_ownership_passes_to_another(world: World) -> None:
    """The one who owned it stays a writer; an owner's permission cannot be deleted."""
    path = f"{FILES}/{BOOK}/permissions"
    found = world.call("GET", path, LEAD, params={"fields": "permissions"}).json()["permissions"]
    lead, bot = (item["id"] for item in found)
    assert refusal(world.call("DELETE", f"{path}/{lead}", LEAD)) == (403, "forbidden")
    assert refusal(world.call("PATCH", f"{path}/{bot}", LEAD, json={"role": "owner"})) == (403, "forbidden")
    params = {"transferOwnership": "true"}
    assert world.call("PATCH", f"{path}/{bot}", LEAD, params=params, json={"role": "owner"}).ok
    assert world.call("GET", f"{path}/{lead}").json()["role"] == "writer"
    assert world.call("GET", f"{path}/none").status_code == 404


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"", "multipart/related"), (b"--b1--", "multipart/related; boundary=b1"), (b"x", "text/plain")],
)
def test_an_upload_that_is_not_whole_is_400(world: World, body: bytes, content_type: str) -> None:
    """A multipart upload has two parts and says where they end."""
    headers = {"Content-Type": content_type}
    answer = world.call("POST", UPLOAD, LEAD, params={"uploadType": "multipart"}, data=body, headers=headers)
    assert answer.status_code == 400


def test_a_property_has_room_for_little(world: World) -> None:
    """Key and value together have 124 bytes at most, and an id is used once."""
    assert world.call("POST", FILES, LEAD, json={"appProperties": {"k": "v" * 124}}).status_code == 400
    assert refusal(world.call("POST", FILES, LEAD, json={"id": BOOK})) == (409, "fileIdInUse")
