"""Draws on the page of `inpaintd mask draw` in a headless Chromium, with mouse and keys, as a person would.

  browser.py ADDRESS FOLDER [WIDTH,HEIGHT]

FOLDER gets screenshots. Standard output gets one JSON object a line: what was done, and what was seen then. After each
"saved" it waits for a line on standard input, so that what was saved can be looked at. It speaks the browser's own
protocol over a pipe, and ends the browser by its process.
"""
import base64
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PATIENCE = 60


class Browser:
    """A Chromium of its own, with one page."""

    def __init__(self, size):
        self.profile = tempfile.mkdtemp(prefix="inpaintd-chromium-")
        here_in, there_out = os.pipe()
        there_in, here_out = os.pipe()
        words = ["chromium", "--headless", "--remote-debugging-pipe", f"--user-data-dir={self.profile}",
                 f"--window-size={size}", "--no-first-run", "--no-default-browser-check", "--disable-extensions",
                 "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-gpu",
                 "--hide-scrollbars", "--force-device-scale-factor=1", "--disable-renderer-backgrounding",
                 "--disable-backgrounding-occluded-windows", "--disable-background-timer-throttling", "about:blank"]
        if os.getuid() == 0:
            words.insert(1, "--no-sandbox")

        def ends():
            # The browser reads at 3 and writes at 4. Both are moved out of the way first: one may be the other's place.
            source, sink = os.dup(there_in), os.dup(there_out)
            source, sink = os.dup2(source, 20), os.dup2(sink, 21)
            os.dup2(source, 3)
            os.dup2(sink, 4)

        self.log = open(os.path.join(self.profile, "log"), "wb")
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                        close_fds=False, preexec_fn=ends, start_new_session=True)
        os.close(there_in)
        os.close(there_out)
        self.reading, self.writing = here_in, here_out
        self.rest, self.number, self.session, self.events = b"", 0, None, []
        # The tab that it opens with: one behind another gets no mouse.
        deadline = time.monotonic() + PATIENCE
        tabs = []
        while not tabs and time.monotonic() < deadline:
            tabs = [target for target in self.ask("Target.getTargets")["targetInfos"] if target["type"] == "page"]
        self.session = self.ask("Target.attachToTarget", targetId=tabs[0]["targetId"], flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.ask(domain + ".enable")
        self.ask("Page.bringToFront")

    def ask(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.writing, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self.next(deadline, method)
            if answer.get("id") != self.number:
                self.events.append(answer)
            elif "error" in answer:
                raise RuntimeError(f"{method}: {answer['error']}")
            else:
                return answer["result"]

    def next(self, deadline, purpose):
        while b"\0" not in self.rest:
            if not select.select([self.reading], [], [], max(0, deadline - time.monotonic()))[0]:
                raise TimeoutError(purpose)
            part = os.read(self.reading, 1 << 16)
            if not part:
                raise EOFError(f"{purpose}: the browser has ended")
            self.rest += part
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def run(self, script):
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait(self, script):
        deadline = time.monotonic() + PATIENCE
        while not self.run(script):
            if time.monotonic() > deadline:
                raise TimeoutError(script)
            time.sleep(0.02)

    def mouse(self, kind, x, y, clicks=1, buttons=1):
        self.ask("Input.dispatchMouseEvent", type="mouse" + kind, x=x, y=y, button="left" if buttons else "none",
                 buttons=buttons if kind != "Released" else 0, clickCount=clicks)

    def click(self, x, y):
        self.mouse("Moved", x, y, buttons=0)
        self.mouse("Pressed", x, y)
        self.mouse("Released", x, y)

    def press(self, selector):
        """Clicks the middle of an element."""
        x, y = self.run(f"(() => {{ const box = document.querySelector('{selector}').getBoundingClientRect();"
                        " return [box.x + box.width / 2, box.y + box.height / 2]; })()")
        self.click(x, y)

    def key(self, key, code=None, text=None, modifiers=0):
        codes = {"Enter": 13, " ": 32, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Tab": 9,
                 "Escape": 27}
        number = codes.get(key, ord(key.upper()) if len(key) == 1 else 0)
        text = text if text is not None else key if len(key) == 1 and not modifiers else None
        down = {"type": "keyDown", "key": key, "windowsVirtualKeyCode": number, "modifiers": modifiers}
        self.ask("Input.dispatchKeyEvent", **down, **({"text": text} if text else {}))
        self.ask("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=number, modifiers=modifiers)

    def picture(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"]))

    def end(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.profile, ignore_errors=True)


class Page:
    """The page, and the places of the still's pixels on it."""

    READY = "document.readyState === 'complete' && !document.querySelector('[aria-busy]') && !!still.naturalWidth"

    def __init__(self, browser, address):
        self.browser = browser
        browser.ask("Page.navigate", url=address)
        browser.wait("location.href !== 'about:blank' && !!document.getElementById('stage')")
        self.settle()

    def settle(self):
        self.browser.wait(self.READY + " && !isPainting")

    def spot(self, x, y):
        left, top, scale = self.browser.run(
            "(() => { const box = stage.getBoundingClientRect(); return [box.x, box.y, box.width / width]; })()")
        return left + x * scale, top + y * scale

    def drag(self, *places):
        spots = [self.spot(*place) for place in places]
        self.browser.mouse("Moved", *spots[0], buttons=0)
        self.browser.mouse("Pressed", *spots[0])
        for spot in spots[1:]:
            self.browser.mouse("Moved", *spot)
        self.browser.mouse("Released", *spots[-1])
        self.settle()

    def clicks(self, *places):
        for place in places:
            self.browser.click(*self.spot(*place))
        self.settle()

    def tool(self, name):
        self.browser.press(f"label:has([value={name}])")
        self.browser.wait(f"tool() === '{name}'")

    def size(self, diameter):
        self.browser.run(f"size.value = {diameter}; size.dispatchEvent(new Event('input'))")

    @property
    def expression(self):
        self.browser.wait("!isPainting")
        return self.browser.run("field.value")

    def save(self, name, **seen):
        self.browser.press("#save")
        self.browser.wait("/Saved|^$/.test(document.getElementById('status').textContent)")
        self.settle()
        tell(name, status=self.browser.run("status.textContent") or self.browser.run(
            "document.getElementById('status').textContent"), problem=self.browser.run("problem.textContent"), **seen)
        sys.stdin.readline()


def tell(name, **seen):
    print(json.dumps({"name": name, **seen}), flush=True)


def middle(x, y):
    return x + .5, y + .5


def draw(browser, address, folder):
    page = Page(browser, address)
    tell("opened", size=browser.run("[width, height]"), expression=page.expression,
         names=browser.run("[...document.querySelectorAll('button, input, #stage')].filter(thing => !(thing.labels?.length"
                           " || thing.ariaLabel || thing.textContent.trim())).map(thing => thing.id)"))

    page.drag((10, 8), (25, 12), (40, 24))
    page.tool("poly")
    page.clicks((50, 6), (85, 10), (70, 30))
    browser.key("Enter")
    page.settle()
    tell("shapes", expression=page.expression)
    browser.picture(f"{folder}/light.png")
    page.save("saved", expression=page.expression)

    page.tool("brush")
    page.size(9)
    page.drag(middle(20, 45), middle(60, 50), middle(70, 40))
    page.tool("erase")
    page.size(4)
    page.drag(middle(12, 20), middle(38, 12))
    tell("strokes", strokes=[
        {"ways": [[20, 45], [60, 50], [70, 40]], "diameter": 9, "erases": False},
        {"ways": [[12, 20], [38, 12]], "diameter": 4, "erases": True}])
    browser.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    browser.picture(f"{folder}/dark.png")

    browser.run("""window.colours = async source => {
        const picture = await createImageBitmap(await (await fetch(source)).blob());
        const canvas = new OffscreenCanvas(width, height), context = canvas.getContext('2d');
        context.drawImage(picture, 0, 0);
        return context.getImageData(0, 0, width, height).data;
    }; 0""")
    browser.press("#fill")
    browser.wait("fill.ariaPressed === 'true'")
    page.settle()
    browser.picture(f"{folder}/filled.png")
    # The pixels that are other ones than in the still. The policy lets a script load the blob through a canvas only.
    changed = browser.run("""(async () => {
        const canvas = new OffscreenCanvas(width, height), context = canvas.getContext('2d');
        context.drawImage(still, 0, 0);
        const filled = context.getImageData(0, 0, width, height).data, before = await colours('still');
        return Array.from({ length: width * height }, (_, i) => i)
            .filter(i => [0, 1, 2].some(c => filled[4 * i + c] !== before[4 * i + c]));
    })()""")
    tell("filled", changed=changed, hidden=browser.run("getComputedStyle(overlay).visibility"))
    browser.press("#fill")
    browser.wait("fill.ariaPressed === 'false'")
    page.settle()
    page.save("saved", expression=page.expression)

    # Undo takes the strokes back, one by one, then the polygon; Ctrl+Z is the same.
    browser.press("#undo")
    browser.press("#undo")
    page.settle()
    tell("undone", strokes=browser.run("strokes === null"), expression=page.expression)
    browser.run("stage.focus()")
    browser.key("z", modifiers=2)
    page.settle()
    tell("undone", strokes=browser.run("strokes === null"), expression=page.expression)

    # The keyboard alone: a rectangle from where the pen is.
    page.tool("rect")
    browser.run("stage.focus(); pen = { x: 2, y: 40, shown: true }; 0")
    browser.key(" ")
    for _ in range(6):
        browser.key("ArrowRight")
    for _ in range(5):
        browser.key("ArrowDown")
    browser.key(" ")
    page.settle()
    tell("keyboard", expression=page.expression)

    browser.press("#clear")
    page.settle()
    tell("cleared", expression=page.expression, holes=browser.run("base.reduce((sum, hole) => sum + hole, 0)"))
    browser.press("#expression")
    for character in "rect:10":
        browser.key(character)
    browser.wait("problem.textContent !== ''")
    browser.picture(f"{folder}/problem.png")
    tell("wrong", problem=browser.run("problem.textContent"), invalid=browser.run("field.ariaInvalid"),
         caret=browser.run("field.selectionStart"))
    for character in ",8,30,16":
        browser.key(character)
    browser.wait("problem.textContent === ''")
    page.settle()
    tell("mended", holes=browser.run("base.reduce((sum, hole) => sum + hole, 0)"))

    browser.press("#take")
    page.settle()
    tell("again", status=browser.run("document.getElementById('status').textContent"))
    complaints = [event for event in browser.events if event.get("method") == "Runtime.exceptionThrown"
                  or event.get("method") == "Log.entryAdded" and "400 (" not in event["params"]["entry"]["text"]]
    origin = address.split("/")[2]
    others = [event["params"]["request"]["url"][:80] for event in browser.events
              if event.get("method") == "Network.requestWillBeSent"
              and origin not in event["params"]["request"]["url"]
              and not event["params"]["request"]["url"].startswith(("data:", "blob:"))]
    tell("over", complaints=complaints, others=others)


def main():
    # Whatever hangs ends: the browser's process group with it.
    signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(TimeoutError("the whole test")))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.alarm(120)
    browser = Browser(sys.argv[3] if len(sys.argv) > 3 else "1000,760")
    try:
        draw(browser, sys.argv[1], sys.argv[2])
    finally:
        browser.end()


main()
