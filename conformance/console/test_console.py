"""The console as people use it, in a headless Chromium against the release binary."""

import hashlib
import json
import os
import re
import sqlite3
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from selenium.webdriver.common.keys import Keys

from coffer import Coffer
from paper import pdf
from person import PATIENCE, Person

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


# Portrait and landscape by turns, each page of a colour of its own.
PAGES = [((595, 842) if number % 2 else (842, 595), colour, f"Page {number} of ten")
         for number, colour in enumerate([
             (230, 60, 60), (60, 180, 75), (60, 100, 230), (250, 220, 60), (240, 130, 200), (70, 220, 220), (150, 70, 190),
             (250, 150, 60), (128, 128, 128), (20, 60, 60)], start=1)]

# What a picture is like below its middle, away from the text.
COLOUR = """
const [source, done] = arguments;
fetch(source).then((answer) => answer.blob()).then(createImageBitmap).then((picture) => {
  const canvas = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
  canvas.drawImage(picture, 0, 0);
  done([...canvas.getImageData(picture.width / 2, picture.height * 0.7, 1, 1).data].slice(0, 3));
}, (error) => done(String(error)));
"""


@pytest.mark.parametrize("size", [{}, PHONE], ids=["desktop", "phone"])
def test_the_first_pages_of_a_document_are_seen(store, person, size):
    put(store, "paper/ten pages.pdf", pdf(PAGES))
    me = person(**size)
    me.sign_in()
    me.visit("#/folder/paper")
    me.tile("ten pages.pdf").click()
    me.see(".paper", "ten pages.pdf")
    me.wait(lambda: len(me.all(".paper img")) == 8, "eight pages")
    me.see(".paper p", "The first 8 of 10 pages")
    bottom = 0
    for page, ((width, height), colour, _) in zip(me.all(".paper img"), PAGES, strict=False):
        me.run("arguments[0].scrollIntoView({ block: 'center' })", page)
        me.wait(lambda: me.run("return arguments[0].complete && arguments[0].naturalWidth", page), "a page's picture")
        natural, box, top = me.run(
            "const [page] = arguments; const box = page.getBoundingClientRect();"
            "return [[page.naturalWidth, page.naturalHeight], [box.width, box.height], page.offsetTop]", page)
        assert max(natural) == 1600 and natural[0] / natural[1] == pytest.approx(width / height, rel=0.01)
        assert box[0] / box[1] == pytest.approx(width / height, rel=0.02) and box[0] <= size.get("width", 1360), box
        assert top >= bottom, "the pages are below each other"
        bottom = top + box[1]
        seen = me.driver.execute_async_script(COLOUR, page.get_attribute("src"))
        assert seen == pytest.approx(colour, abs=12), page.get_attribute("alt")
        me.look(page.get_attribute("alt").split(" of ")[0].replace(" ", "-"))
    assert not me.faults()
    me.press("i")
    me.wait(lambda: "Pages\n10" in me.see(".details").text, "their number")
    (file,) = ask(store, "/files?folder=paper")
    assert (file["pages"], file["kind"]) == (10, "document")


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


# Of each day: files, the bytes of all of them, and the bytes after equal ones are kept once.
DAYS = [(1, 1_500_000, 1_500_000), (2, 3_000_000, 1_500_000), (3, 7_000_000, 5_500_000), (2, 5_500_000, 5_500_000)]


def live_through_days(store):
    """What the server notes of a day, four times; nobody can wait for days to pass, so the past is moved back."""
    same, other = (hashlib.shake_256(bytes([size])).digest(size * 100_000) for size in (15, 40))
    changes = [lambda: put(store, "one.bin", same), lambda: put(store, "the same.bin", same),
               lambda: put(store, "another.bin", other), lambda: store.request("DELETE", "/one.bin")]
    for number, change in enumerate(changes):
        change()
        store.restart()  # a server notes the usage soon after its start, then once an hour
        end = time.monotonic() + PATIENCE
        while [tuple(day.values())[1:] for day in ask(store, "/usage")["days"]] != DAYS[:number + 1]:
            assert time.monotonic() < end, ask(store, "/usage")
            time.sleep(0.05)
        store.stop()
        with closing(sqlite3.connect(store.data / "catalog.sqlite")) as catalog, catalog:
            catalog.execute("UPDATE usage_day SET day = day - ? WHERE day = (SELECT max(day) FROM usage_day)",
                            [len(changes) - 1 - number])
        store.start()


def test_the_chart_shows_what_was_noted_each_day():
    people = []
    with Coffer(environment={"COFFER_SWEEP_INTERVAL_SECONDS": "1"}) as store:
        live_through_days(store)
        try:
            for name, settings in [("desktop", {}), ("phone", {**PHONE, "dark": True})]:
                me = Person(store, name=f"chart-{name}", **settings)
                people.append(me)
                me.sign_in()
                me.visit("#/usage")
                judge_chart(me)
        finally:
            for me in people:
                me.quit()


def judge_chart(me):
    chart = me.see(".chart", "Uploaded and stored bytes of 4 days")
    me.run("arguments[0].scrollIntoView({ block: 'center' })", chart)
    me.look("lines")
    plot, *words = [(box["left"], box["right"], box["height"]) for box in me.run(
        "return [...document.querySelectorAll('.chart, .chart-label')].map((one) => one.getBoundingClientRect().toJSON())")]
    assert words and all(tall >= 9 and plot[0] <= left and right <= plot[1] for left, right, tall in words), (plot, words)
    floor = float(chart.find_element("css selector", ".chart-grid").get_attribute("y1"))
    for kind, column in [("logical", 1), ("stored", 2)]:
        line = me.see(f".chart-line.{kind}")
        points = [tuple(map(float, point.split())) for point in re.split("[ML]", line.get_attribute("d"))[1:]]
        steps = [after[0] - before[0] for before, after in zip(points, points[1:], strict=False)]
        assert steps == pytest.approx([steps[0]] * 3, abs=0.2) and steps[0] > 50
        heights = [(floor - y) / (floor - points[0][1]) for _, y in points]
        assert heights == pytest.approx([day[column] / DAYS[0][column] for day in DAYS], rel=0.02)
        assert line.size["width"] > 150 and line.value_of_css_property("stroke") != "none"
    me.see(".chart-table summary", "As a table").click()
    rows = [[cell.text for cell in row.find_elements("css selector", "td")] for row in me.all(".chart-table tbody tr")]
    today = datetime.now(UTC).date()
    megabytes = lambda count: f"{count / 1_000_000:.1f}".removesuffix(".0") + " MB"  # noqa: E731
    assert rows == [[str(today - timedelta(days=back)), str(files), megabytes(logical), megabytes(stored)]
                    for back, (files, logical, stored) in enumerate(reversed(DAYS))]
    me.look("table")
    assert not me.faults() and not me.complaints()


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
