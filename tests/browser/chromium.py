"""A headless Chromium that selenium drives, as small and as repeatable as it can be."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from selenium.webdriver import Chrome, ChromeOptions, ChromeService

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
WIDTH, HEIGHT = 1440, 900
FLAGS = (
    "--headless=new",
    "--no-sandbox",  # the tests may run as root, where Chromium refuses its own sandbox; only our page is opened
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--force-prefers-reduced-motion",
    "--lang=en-US",
)


class NoBrowser(RuntimeError):
    """There is no Chromium, or no driver for it."""


@contextmanager
def chromium(width: int = WIDTH, height: int = HEIGHT) -> Iterator[Chrome]:
    """A browser with a viewport of exactly this size.

    Raises:
        NoBrowser: what is missing, and how to install it. The browser tests fail by it; they are never left out.
    """
    binary = next((path for name in NAMES if (path := shutil.which(name))), None)
    driver = shutil.which("chromedriver")
    if binary is None or driver is None:
        missing = "Chromium" if binary is None else "chromedriver"
        raise NoBrowser(
            f"The browser tests need Chromium and its driver, and there is no {missing} on the PATH:"
            " install both (Debian, Ubuntu: apt-get install chromium chromium-driver)."
        )
    options = ChromeOptions()
    options.binary_location = binary
    for flag in (*FLAGS, f"--window-size={width},{height}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = Chrome(options=options, service=ChromeService(driver))
    try:
        # A headless window has a title bar that nobody sees; the viewport is what counts.
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        yield browser
    finally:
        browser.quit()
