import os
import pathlib
import shutil

import pytest
from emulator import Emulator
from playwright.sync_api import sync_playwright

for name in list(os.environ):
    if (name.startswith("REDIRECT_EMULATOR_") and name not in ("REDIRECT_EMULATOR_BINARY", "REDIRECT_EMULATOR_PICTURES")) or name.lower().endswith("_proxy"):
        del os.environ[name]

# Nothing but the page may be asked for: no updates, no first run, no safe browsing.
SWITCHES = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"


@pytest.fixture
def start(tmp_path_factory):
    """Starts emulators, and stops them at the end."""
    running = []

    def begin(*options, **keywords):
        running.append(Emulator(*options, folder=tmp_path_factory.mktemp("emulator"), **keywords))
        return running[-1]

    yield begin
    for emulator in running:
        emulator.stop()


@pytest.fixture
def emulator(start):
    return start()


@pytest.fixture(scope="session")
def browser():
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "chromium is needed: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES.split())
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser):
    """Opens pages, each with a context of its own; none may say an error or ask another origin."""
    contexts, complaints = [], []

    def begin(address, *, width=1440, height=900, allowed=(), context=None, **options):
        if context is None:
            context = browser.new_context(viewport={"width": width, "height": height}, **options)
            context.grant_permissions(["clipboard-read", "clipboard-write"])
            contexts.append(context)
        page = context.new_page()
        origin = "/".join(address.split("/")[:3])

        def say(text):
            if not any(part in text for part in allowed):
                complaints.append(text)

        page.on("console", lambda message: say(f"{message.type}: {message.text} {message.location.get('url', '')}") if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: say(f"exception: {error}"))
        page.on("dialog", lambda dialog: (say(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: None if request.url.startswith((origin + "/", "data:", "blob:", "file:")) else say(f"asked: {request.url}"))
        page.goto(address)
        return page

    yield begin
    for context in contexts:
        context.close()
    assert not complaints, complaints


@pytest.fixture(scope="session")
def pictures():
    """Where pictures are kept for people to look at."""
    folder = pathlib.Path(os.environ.get("REDIRECT_EMULATOR_PICTURES", pathlib.Path(__file__).resolve().parents[2] / ".results/page"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
