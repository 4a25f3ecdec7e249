"""An HTML report in headless Chromium: what its scripts do there, what an accessibility checker
says, and pictures.  Nothing of it needs a driver: a script is put into a copy of the page, and what
it has found is read from the page that Chromium prints."""
import hashlib
import html
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import urllib.request

# axe-core is no package of Debian's: a release of it, and its hash.
AXE = "https://registry.npmjs.org/axe-core/-/axe-core-4.10.3.tgz"
AXE_IS = ("5e6edba515e70d25f6604d9815f064d859c5d1ea7ab661bbc4f87c88779ef0c2"
          "1cae0abbeb636471ef39e9d62d2582e4b88a1866f19f4ecfcf6d986275e4dc12")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DARK = "--blink-settings=preferredColorScheme=0"
SECONDS = 120  # that one start of it may take, on a machine that does other things

# Before the page's own scripts: what goes wrong in them is kept.
LISTEN = """<script>window.wrong = [];
addEventListener("error", (e) => wrong.push(String(e.message)));
addEventListener("securitypolicyviolation", (e) => wrong.push("refused: " + e.blockedURI));
console.error = (...all) => wrong.push(all.join(" "));</script>"""

# Behind them: the test's function, whose result is printed.
RUN = """<script>(async () => {
const visit = async (hash) => { location.hash = hash;
  await new Promise((go) => setTimeout(go, 100)); };
const press = (key, at) => (at || document.body).dispatchEvent(
  new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
const text = (selector) => [...document.querySelectorAll(selector)].map((e) => e.innerText.trim());
let result;
try { result = await (async () => { %s })(); } catch (e) { wrong.push(String(e.stack)); }
const out = document.createElement("pre");
out.id = "test-result";
out.textContent = JSON.stringify({result, wrong});
document.body.replaceChildren(out);
})();</script>"""


def chromium(path, folder, *arguments):
    """Its standard output, and the messages of the page's console."""
    run = subprocess.run(
        [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         "--disable-background-networking", "--no-first-run", "--enable-logging=stderr",
         f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=60000", *arguments, path],
        capture_output=True, timeout=SECONDS, check=False,
        env={**os.environ, "HOME": str(folder)})
    messages = re.findall(r"CONSOLE.*", run.stderr.decode("utf-8", "replace"))
    return run.stdout.decode("utf-8", "replace"), messages


def run_in(page, folder, script, *arguments, library=""):
    """What the script, a function's body, returns in the page; and nothing has gone wrong."""
    page = page.replace("<style>", LISTEN + "<style>", 1)
    head, tail = page.rsplit("</body>", 1)
    copy = folder / "copy.html"
    copy.write_text(f"{head}<script>{library}</script>{RUN % script}</body>{tail}",
                    encoding="utf-8")
    printed, messages = chromium(copy.as_uri(), folder, "--dump-dom", *arguments)
    found = re.search(r'<pre id="test-result">(.*?)</pre>', printed, re.DOTALL)
    assert found, printed[-2000:]
    out = json.loads(html.unescape(found.group(1)))
    assert out["wrong"] == [] and messages == []
    return out["result"]


def picture(page, folder, path, *arguments, address="", size=(1200, 900)):
    """A picture of the page at that address behind the #, as PNG at that path."""
    copy = folder / "shown.html"
    copy.write_text(page, encoding="utf-8")
    _, messages = chromium(copy.as_uri() + address, folder, f"--screenshot={path}",
                           f"--window-size={size[0]},{size[1]}", *arguments)
    assert messages == [] and path.exists()
    return path


def axe():
    """The accessibility checker's source, or why there is none."""
    try:
        with urllib.request.urlopen(AXE, timeout=SECONDS) as answer:
            packed = answer.read()
    except OSError as error:
        return None, f"the accessibility checker is not got: {error}"
    assert hashlib.sha512(packed).hexdigest() == AXE_IS
    with tarfile.open(fileobj=io.BytesIO(packed)) as files:
        return files.extractfile("package/axe.min.js").read().decode(), None
