"""What a device is called in the list of one's log-ins."""

import re

BROWSERS = [  # the first that fits: most of them pretend to be others
    (re.compile(r"\bEdgA?/"), "Edge"),
    (re.compile(r"\bOPR/"), "Opera"),
    (re.compile(r"\b(Firefox|FxiOS)/"), "Firefox"),
    (re.compile(r"\b(Chrome|CriOS|Chromium)/"), "Chrome"),
    (re.compile(r"\bVersion/[\d.]+ (Mobile/\w+ )?Safari/"), "Safari"),
]
SYSTEMS = [
    (re.compile(r"\biPhone\b"), "iPhone"),
    (re.compile(r"\biPad\b"), "iPad"),
    (re.compile(r"\bAndroid\b"), "Android"),
    (re.compile(r"\bWindows\b"), "Windows"),
    (re.compile(r"\bCrOS\b"), "ChromeOS"),
    (re.compile(r"\bMac OS X\b"), "macOS"),
    (re.compile(r"\bLinux\b"), "Linux"),
]
MAX_NAME_LENGTH = 64
_PRODUCT = re.compile(r"[\w.+-]+(/[\w.+-]+)?")


def device_name(user_agent: str) -> str:
    """`Firefox on Linux`, or how a program calls itself (`Pics/3.1`); empty if it says nothing."""
    browser = next((name for pattern, name in BROWSERS if pattern.search(user_agent)), "")
    system = next((name for pattern, name in SYSTEMS if pattern.search(user_agent)), "")
    if browser:
        return f"{browser} on {system}" if system else browser
    product = _PRODUCT.match(user_agent)
    return product[0][:MAX_NAME_LENGTH] if product else ""
