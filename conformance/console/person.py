"""A person at a browser: headless Chromium, driven as hands and eyes would."""

import os
import shutil
import tempfile
import time
from pathlib import Path

from axe_core_python.selenium import Axe
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

SCREENSHOTS = Path(os.environ.get("CONSOLE_SCREENSHOTS") or tempfile.mkdtemp(prefix="coffer-console-"))
PATIENCE = 30


def chromium():
    return shutil.which("chromium") and shutil.which("chromedriver")


class Person:
    def __init__(self, store, name="", width=1360, height=860, dark=False):
        self.store, self.name = store, name
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for word in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                     "--autoplay-policy=no-user-gesture-required", "--no-first-run", f"--window-size={width},{height}"]:
            options.add_argument(word)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        options.unhandled_prompt_behavior = "accept"
        self.driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
        self.driver.set_script_timeout(60)
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})
        if dark:
            self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
                "features": [{"name": "prefers-color-scheme", "value": "dark"}]})

    def quit(self):
        self.driver.quit()

    def complaints(self):
        """What the browser says against the page: errors of scripts and of its policy."""
        return [line["message"] for line in self.driver.get_log("browser")
                if line["level"] == "SEVERE" and not any(word in line["message"] for word in self.forgiven)]

    # Chromium calls each 404 an error: nobody is signed in, nothing of an upload has arrived yet.
    forgiven = ("/session - Failed to load resource", "&method=put&signature=")

    # -- looking -------------------------------------------------------------------------------------------

    def wait(self, question, what="", patience=PATIENCE):
        end = time.monotonic() + patience
        while True:
            try:
                answer = question()
                if answer:
                    return answer
            except Exception as error:  # a page that changes while it is looked at
                if time.monotonic() > end:
                    raise error
            if time.monotonic() > end:
                raise AssertionError(f"waited in vain for {what or question}; see {self.look('in-vain')}")
            time.sleep(0.05)

    def all(self, selector):
        return [element for element in self.driver.find_elements(By.CSS_SELECTOR, selector) if element.is_displayed()]

    def see(self, selector, text=None, patience=PATIENCE):
        """Waits for an element that is shown and, when it is given, has this text or name."""
        def found():
            for element in self.all(selector):
                if text is None or text in element.text or text in (element.get_attribute("aria-label") or ""):
                    return element
        return self.wait(found, f"{selector} {text or ''}", patience)

    def gone(self, selector, text=None):
        self.wait(lambda: not [one for one in self.all(selector) if text is None or text in (one.get_attribute("aria-label") or one.text)],
                  f"the end of {selector} {text or ''}")

    def focused(self):
        return self.driver.switch_to.active_element

    def run(self, script, *values):
        return self.driver.execute_script(script, *values)

    def look(self, moment):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{self.name}-{moment}.png"
        self.driver.save_screenshot(str(path))
        return path

    # -- doing ---------------------------------------------------------------------------------------------

    def press(self, *keys):
        ActionChains(self.driver).send_keys(*keys).perform()

    def point(self, selector):
        ActionChains(self.driver).move_to_element(self.see(selector)).perform()

    def visit(self, page=""):
        self.driver.get(self.store.api.replace("127.0.0.1", "localhost") + "/" + page)

    def sign_in(self, secret=None):
        self.visit()
        self.see("#key").send_keys(secret or self.store.secret)
        self.see("button", "Sign in").click()
        self.see(".library")

    def drop(self, paths):
        """Drags files from the desktop onto the middle of the window."""
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        for kind in ["dragEnter", "dragOver"]:
            self.driver.execute_cdp_cmd("Input.dispatchDragEvent", {"type": kind, "x": 600, "y": 400, "data": data})
        self.see(".drop-cover.shown")
        self.look("dragging")
        self.driver.execute_cdp_cmd("Input.dispatchDragEvent", {"type": "drop", "x": 600, "y": 400, "data": data})

    def choose(self, press, paths):
        """Presses what opens the browser's window for files, and chooses some."""
        self.run("HTMLInputElement.prototype.click = (click => function () { if (this.type !== 'file') click.call(this); })"
                 "(HTMLInputElement.prototype.click)")
        press()
        chooser = self.wait(lambda: self.driver.find_element(By.CSS_SELECTOR, "input.file-choice"), "the choice of files")
        chooser.send_keys("\n".join(map(str, paths)))

    def slow_down(self, bytes_a_second, offline=False):
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {
            "offline": offline, "latency": 5, "downloadThroughput": -1, "uploadThroughput": bytes_a_second})

    def uploaded(self, count):
        self.see(".tray-title", f"{count} file{'' if count == 1 else 's'} uploaded", patience=120)

    def tile(self, name):
        return self.see("[role=gridcell]", name)

    def escape(self):
        self.press(Keys.ESCAPE)

    # -- judging -------------------------------------------------------------------------------------------

    def faults(self):
        """What axe finds that keeps people out, and what it does not look for."""
        self.wait(lambda: self.run(AT_REST), "the end of what moves")
        # What lies behind an open window is out of reach, which axe does not know.
        modal = self.run("return [...document.querySelectorAll('dialog[open]')].at(-1)?.getAttribute('aria-labelledby')")
        found = Axe().run(self.driver, f"dialog[aria-labelledby='{modal}']" if modal else None)
        faults = [f"{rule['id']}: {rule['help']}: {node['target']} {node.get('failureSummary', '')[:200]}"
                  for rule in found["violations"] if rule["impact"] in ("serious", "critical", "moderate")
                  for node in rule["nodes"][:3]]
        return faults + self.run(OWN_CHECKS)


# Colours between two states are nobody's choice. A spinner never comes to rest.
AT_REST = """
return document.getAnimations().every((one) => one.playState !== 'running' || one.effect.getComputedTiming().endTime === Infinity);
"""

# Names of controls, one main landmark and one first heading, ids, positive tab stops, controls too small to touch.
OWN_CHECKS = """
const faults = [];
const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('[aria-hidden=true], .unseen');
const modal = [...document.querySelectorAll('dialog[open]')].at(-1);
const root = modal ?? document;
const name = (element) => (element.getAttribute('aria-label') || (element.getAttribute('aria-labelledby') ?? '').split(' ')
  .map((id) => document.getElementById(id)?.textContent ?? '').join(' ') || [...(element.labels ?? [])].map((label) => label.textContent).join(' ')
  || element.textContent || element.title || '').trim();
for (const control of root.querySelectorAll('a[href], button, input, select, textarea, [role=gridcell], [tabindex="0"]')) {
  if (!shown(control) || control.type === 'hidden') continue;
  if (!name(control)) faults.push('no name: ' + control.outerHTML.slice(0, 160));
  const box = control.getBoundingClientRect();
  if (control.matches('button, select') && box.width > 0 && (box.width < 22 || box.height < 22)) faults.push('too small: ' + control.outerHTML.slice(0, 160));
}
for (const element of document.querySelectorAll('[tabindex]')) if (element.tabIndex > 0) faults.push('tabindex: ' + element.outerHTML.slice(0, 160));
const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
for (const id of new Set(ids)) if (ids.filter((one) => one === id).length > 1) faults.push('id twice: ' + id);
if (document.querySelectorAll('main').length !== 1) faults.push('not one main');
if (!modal && document.querySelectorAll('h1').length !== 1) faults.push('not one h1');
if (!document.documentElement.lang || !document.title) faults.push('no language or no title');
if (document.documentElement.scrollWidth > innerWidth + 1) faults.push('wider than the window: ' + document.documentElement.scrollWidth);
return faults;
"""
