"""The console as people use it, in a headless Chromium against the release binary."""

import hashlib
import json
import os
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from selenium.webdriver.common.keys import Keys

from coffer import Coffer
from person import Person

PHONE = {"width": 360, "height": 740}


def ask(store, path):
    request = urllib.request.Request(store.api + path, headers={"Authorization": f"Bearer {store.secret}"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def names(store):
    return {file["filename"] for file in ask(store, "/files?limit=100")}


def fetch(url):
    with urllib.request.urlopen(url.replace("//localhost", "//127.0.0.1")) as answer:
        return answer.read()


def put(store, path, body=b"x"):
    answer = store.request("PUT", "/" + urllib.parse.quote(path), body)
    assert answer.status == 201, answer.status


def test_a_person_brings_ten_files_and_shares_one(store, person, media):
    me = person()
    me.visit()
    me.see("#key").send_keys("not-the-right-key")
    me.see("button", "Sign in").click()
    me.see(".form-error", "No active key")
    me.look("1-sign-in")
    me.sign_in()
    me.see("h2", "Drop your first files here")
    me.look("2-empty")

    me.slow_down(12_000_000)
    me.drop(media)
    seen = set()

    def moving():
        seen.add(int(me.see(".tray > .progress").get_attribute("aria-valuenow")))
        return any(0 < part < 100 for part in seen)
    me.wait(moving, "progress")
    me.look("3-uploading")
    me.uploaded(len(media))
    me.tile("landscape-1.jpg")
    assert names(store) == {path.name for path in media}
    me.wait(lambda: len(me.all(".has-picture")) >= 5, "thumbnails")
    me.look("4-library")
    by_name = {path.name: path for path in media}
    for file in ask(store, "/files?limit=100"):
        assert hashlib.sha256(fetch(file["url"])).digest() == hashlib.sha256(by_name[file["filename"]].read_bytes()).digest()

    me.tile("clip.webm").click()
    video = me.see(".preview video")
    me.run("arguments[0].muted = true; return arguments[0].play()", video)
    me.wait(lambda: me.run("return arguments[0].currentTime > 0.2", video), "the film to play")
    me.run("arguments[0].currentTime = 5", video)
    me.wait(lambda: me.run("return !arguments[0].seeking && arguments[0].currentTime >= 5 && arguments[0].videoWidth === 640", video), "seeking")
    me.look("5-film")
    me.press("i")
    me.see(".details dd", "640 × 360")
    me.look("6-details")
    me.escape()
    me.gone(".details")
    me.escape()
    me.gone(".preview")

    me.tile("notes.md").click()
    me.see(".text-page pre", "A few lines of text.")
    me.escape()
    me.gone(".preview")

    me.tile("fractal.png").click()
    me.see(".whole-image img")
    me.escape()
    me.gone(".preview")
    me.press(Keys.F2)
    box = me.see("dialog input[name=filename]")
    box.send_keys(Keys.CONTROL, "a")
    box.send_keys("holiday <b>&amp; sea.png", Keys.ENTER)
    me.tile("holiday <b>&amp; sea.png")
    assert "holiday <b>&amp; sea.png" in names(store)

    me.tile("holiday").click()
    me.see(".preview [aria-label='Share a link']").click()
    me.see("dialog .primary", "Make a link").click()
    link = me.see(".share-result input").get_attribute("value")
    me.look("7-share")
    me.escape()
    me.gone("dialog.dialog")
    me.escape()
    me.gone(".preview")
    other = person()
    other.forgiven = ("favicon.ico",)
    other.driver.get(link)
    other.wait(lambda: other.run("return document.images[0]?.naturalWidth === 1200"), "the picture behind the link")
    with pytest.raises(urllib.error.HTTPError) as refused:
        fetch(link.replace("signature=", "signature=A"))
    assert refused.value.code == 403

    me.tile("song.mp3").click()
    me.see(".preview audio")
    me.see(".preview [aria-label=Delete]").click()
    me.see(".toast", "was deleted")
    me.look("8-deleted")
    me.see(".toast-action", "Undo").click()
    me.gone(".going")
    assert "song.mp3" in names(store)
    me.tile("song.mp3")
    me.press(Keys.DELETE)
    me.see(".toast", "was deleted")
    # A message stays while the pointer rests on it.
    me.point(".search-input")
    me.wait(lambda: "song.mp3" not in names(store), "the file to go")
    me.gone("[role=gridcell]", "song.mp3")


def test_a_deletion_counts_when_the_page_is_left(store, person):
    put(store, "leaving.txt")
    me = person()
    me.sign_in()
    me.tile("leaving.txt").click()
    me.see(".preview [aria-label=Delete]").click()
    me.see(".toast-action", "Undo")
    assert "leaving.txt" in names(store)
    me.driver.get("about:blank")
    me.wait(lambda: "leaving.txt" not in names(store), "the file to go")


def test_an_upload_goes_on_after_a_reload(store, person, tmp_path):
    path = tmp_path / "long film.bin"
    path.write_bytes(hashlib.shake_256(b"film").digest(60_000_000))
    me = person()
    me.sign_in()
    me.slow_down(10_000_000)
    me.choose(lambda: me.see(".add").click(), [path])
    received = lambda: sum(upload["received"] for upload in ask(store, "/uploads"))  # noqa: E731
    me.wait(lambda: received() > 8_000_000, "some of the file")
    me.see("[aria-label='Pause all uploads']").click()
    me.see(".tray-title", "paused")
    me.look("1-paused")
    me.driver.refresh()
    me.see(".upload-line", "Choose the file again")
    me.look("2-after-reload")
    before = received()
    assert before >= 8 * 1024 * 1024
    me.choose(lambda: me.see("[aria-label^='Choose the file again']").click(), [path])
    me.wait(lambda: me.run("return document.querySelector('.upload-line .progress')?.ariaValueNow >= arguments[0]",
                           int(before / 600_000)), "progress that begins where it stopped")
    me.uploaded(1)
    file = next(file for file in ask(store, "/files?limit=100") if file["filename"] == path.name)
    assert hashlib.sha256(fetch(file["url"])).digest() == hashlib.sha256(path.read_bytes()).digest()
    assert ask(store, "/uploads") == []


def test_a_broken_connection_is_tried_again(store, person, tmp_path):
    path = tmp_path / "through the storm.bin"
    path.write_bytes(hashlib.shake_256(b"storm").digest(40_000_000))
    me = person()
    me.forgiven = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
    me.sign_in()
    me.slow_down(10_000_000)
    me.choose(lambda: me.see(".add").click(), [path])
    me.wait(lambda: int(me.see(".tray > .progress").get_attribute("aria-valuenow")) > 10, "progress")
    me.slow_down(10_000_000, offline=True)
    me.see(".upload-state", "Trying again")
    me.slow_down(-1)
    me.uploaded(1)
    file = next(file for file in ask(store, "/files?limit=100") if file["filename"] == path.name)
    assert hashlib.sha256(fetch(file["url"])).digest() == hashlib.sha256(path.read_bytes()).digest()


def test_a_folder_is_dropped_with_all_that_is_in_it(store, person, tmp_path):
    trip = tmp_path / "trip"
    for name in ["day 1/morning/sea.txt", "day 1/noon.txt", "day 2/hills.txt", "plan.txt", ".DS_Store"]:
        (trip / name).parent.mkdir(parents=True, exist_ok=True)
        (trip / name).write_text(name)
    me = person()
    me.sign_in()
    me.drop([trip])
    me.uploaded(4)
    me.see(".folder", "trip").click()
    me.see(".folder", "day 1").click()
    me.see(".folder", "morning")
    me.tile("noon.txt").click()
    me.see(".text-page pre", "day 1/noon.txt")
    me.escape()
    me.gone(".preview")
    me.press(Keys.SPACE)
    me.see(".selection-bar button", "Move").click()
    box = me.see("dialog input[name=folder]")
    box.clear()
    box.send_keys("trip/day 3", Keys.ENTER)
    me.see(".toast", "Moved to trip/day 3")
    me.gone("[role=gridcell]", "noon.txt")
    assert {(file["folder"], file["filename"]) for file in ask(store, "/files?folder=trip&search=t")} == {
        ("trip", "plan.txt"), ("trip/day 1/morning", "sea.txt"), ("trip/day 3", "noon.txt"), ("trip/day 2", "hills.txt")}


def test_a_file_of_the_same_name_is_asked_about(store, person, tmp_path):
    put(store, "same.txt", b"first")
    path = tmp_path / "same.txt"
    path.write_bytes(b"second")
    me = person()
    me.sign_in()
    me.choose(lambda: me.see(".add").click(), [path])
    me.see("dialog", "Replace files?")
    me.see("dialog .primary", "Keep both").click()
    me.tile("same (2).txt")
    files = {file["filename"]: file["url"] for file in ask(store, "/files?search=same")}
    assert (fetch(files["same.txt"]), fetch(files["same (2).txt"])) == (b"first", b"second")


def test_keys_and_domains_and_webhooks(store, person):
    me = person()
    me.sign_in()
    me.visit("#/keys")
    me.see("button", "New key").click()
    me.see("dialog input[value=read]").click()
    me.see("dialog .primary").click()
    secret = me.see("dialog .copy-field input").get_attribute("value")
    me.look("1-new-key")
    me.see("dialog .primary", "Done").click()
    me.see(".item", "Read only")
    reader = person()
    reader.forgiven = ("403",)
    reader.sign_in(secret)
    assert not reader.all(".add")
    reader.visit("#/keys")
    reader.see("h2", "Your key may not see this")
    me.see("[aria-label^='Pause:']").click()
    me.see(".pill", "Paused")
    reader.forgiven = ("401", "403")
    reader.visit("#/usage")
    reader.see("#key")
    me.visit("#/domains")
    me.see("button", "Add a domain").click()
    me.see("dialog input[name=host]").send_keys("cdn.example.com", Keys.ENTER)
    me.see(".item", "cdn.example.com")
    me.visit("#/webhooks")
    me.see("button", "Add a webhook").click()
    me.see("dialog input[name=url]").send_keys("https://hooks.example.com/coffer", Keys.ENTER)
    assert me.see("dialog .copy-field input").get_attribute("value").startswith("whsec_")
    me.see("dialog .primary", "Done").click()
    me.see(".item", "hooks.example.com")
    me.look("2-webhooks")
    me.see("[aria-label^='Deliveries']").click()
    me.see("dialog", "Nothing has been sent yet")


def test_everything_is_reached_by_keyboard(store, person):
    for name in ["a.txt", "b.txt", "c.txt"]:
        put(store, "keys/" + name)
    me = person()
    me.sign_in()
    me.visit("#/folder/keys")
    me.tile("c.txt")
    order = []
    me.run("document.activeElement.blur()")
    for _ in range(40):
        me.press(Keys.TAB)
        element = me.focused()
        order.append(element.get_attribute("aria-label") or element.text)
        if element.get_attribute("role") == "gridcell":
            break
    for name in ["Skip to content", "Library", "Search files", "Add files", "Sort"]:
        assert any(name in one for one in order), (name, order)
    assert len(order) < 30
    first = me.focused().get_attribute("aria-label")
    me.press(Keys.ARROW_RIGHT)
    assert me.focused().get_attribute("aria-label") != first
    me.press(Keys.SPACE)
    me.see(".selection-count", "1 selected")
    me.escape()
    me.gone(".selection-bar")
    me.press(Keys.ENTER)
    me.see(".preview")
    me.press(Keys.ARROW_RIGHT)
    me.escape()
    me.gone(".preview")
    assert me.focused().get_attribute("role") == "gridcell"
    me.press("/")
    assert me.focused().get_attribute("aria-label") == "Search files"
    me.press("b.txt")
    me.see(".count", "1 file")
    me.escape()
    me.see(".count", "3 files")
    me.press("?")
    me.see("dialog", "Keyboard shortcuts")


def test_a_hostile_file_runs_nothing(store, person):
    put(store, "evil/<img src=x onerror=document.title='evil'>.svg",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='40' height='40'><script>top.document.title='evil'</script>"
        b"<rect width='40' height='40'/></svg>")
    put(store, "evil/page.html", b"<script>top.document.title = 'evil'</script>")
    me = person()
    me.sign_in()
    me.visit("#/folder/evil")
    for name in ["onerror", "page.html"]:
        me.tile(name).click()
        me.see(".whole-image img, .text-page pre")
        me.escape()
        me.gone(".preview")
    assert "evil" not in me.driver.title


def test_thousands_of_files_need_few_elements():
    with Coffer() as store:
        count = 100_000 if os.environ.get("COFFER_CONFORMANCE_FULL") == "1" else 3000
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda index: put(store, f"file-{index:05}.txt", b"%d" % index), range(count)))
        me = Person(store, name="thousands")
        try:
            me.sign_in()
            me.see(".count", f"{count:,} files")
            me.visit("#/folder?sort=name-asc")
            me.tile("file-00000.txt").click()
            me.escape()
            me.gone(".preview")
            me.press(Keys.END)
            me.tile(f"file-{count - 1:05}.txt")
            me.look("end")
            for part in range(20):
                me.run("document.querySelector('.scroller').scrollTop = arguments[0] * document.querySelector('.scroller').scrollHeight / 20", part)
            me.press(Keys.HOME)
            me.tile("file-00000.txt")
            assert me.run("return document.querySelectorAll('*').length") < 2500
            assert not me.complaints()
        finally:
            me.quit()


@pytest.mark.parametrize("size", [{}, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nobody_is_kept_out(store, person, media, size, dark):
    for path in media:
        put(store, "shown/" + path.name, path.read_bytes())
    me = person(dark=dark, **size)
    faults = {}

    def judge(moment):
        me.look(moment)
        found = me.faults()
        if found:
            faults[moment] = found
    me.visit()
    me.see("#key")
    judge("sign-in")
    me.sign_in()
    me.visit("#/folder/shown")
    me.tile("landscape-1.jpg")
    me.wait(lambda: len(me.all(".has-picture")) >= (2 if size else 5), "thumbnails")
    judge("grid")
    me.see("[aria-label='Show as a list']").click()
    me.tile("landscape-1.jpg")
    judge("list")
    me.see("[aria-label='Show as a grid']").click()
    me.tile("landscape-1.jpg").click()
    me.see(".whole-image img")
    judge("preview")
    me.press("i")
    me.see(".details dd", "1,600 × 1,100")
    judge("details")
    me.escape()
    me.gone(".details")
    me.escape()
    me.gone(".preview")
    me.press(Keys.F2)
    me.see("dialog input")
    judge("rename")
    me.escape()
    for page in ["uploads", "usage", "keys", "domains", "webhooks", "settings", "folder/nothing-here"]:
        me.visit("#/" + page)
        me.see(".items, .card, .empty")
        judge(page.replace("/", "-"))
    assert not faults, json.dumps(faults, indent=1)
