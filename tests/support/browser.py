"""What a page under test may not do, and how it is checked for accessibility."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, Route

# WCAG 2.2 AA and axe's own advice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


# Until its style sheets are there, a page shows what they hide, such as the menu of the phone beside that of the desk, and asking
# for a link by its name finds two. So nothing has a role before: whoever asks for one waits.
STYLED_FIRST = """
(() => {
  const look = () => {
    const sheets = [...document.querySelectorAll("link[rel=stylesheet]")];
    const isStyled = document.body && sheets.every((each) => each.sheet);
    if (!isStyled && document.readyState !== "complete") return document.documentElement?.setAttribute("aria-hidden", "true");
    parts.disconnect();
    document.documentElement.removeAttribute("aria-hidden");
  };
  const parts = new MutationObserver(look);
  parts.observe(document, { childList: true, subtree: true });
  document.addEventListener("load", look, true);
  window.addEventListener("load", look);
})();
"""
# Where scripts do not run: what no style sheet shows together.
UNSTYLED = ".mast:has(.nav:visible):has(.menu:visible)"


def await_styles(page: Page) -> None:
    """The same for a page without scripts: before anything is done or looked at there, wait where the style sheet is missing."""
    page.add_locator_handler(page.locator(UNSTYLED), lambda: page.wait_for_load_state())


class Watch:
    """Notes what goes wrong in the pages of a browser context while a test drives them.

    Complaints are errors on the console (a breach of the content security policy is one), uncaught errors of scripts, parts
    of a page that do not come, and requests to anywhere but `base_url`. A refused page itself, such as a 404, is no complaint:
    many tests ask for one.
    """

    def __init__(self, base_url: str) -> None:
        self.complaints: list[str] = []
        self._base_url = base_url.rstrip("/") + "/"

    def over(self, context: BrowserContext) -> BrowserContext:
        """Watch a context from now on, and keep it inside."""
        context.route("**/*", self._keep_inside)
        context.add_init_script(STYLED_FIRST)
        return self.listen(context)

    def listen(self, context: BrowserContext) -> BrowserContext:
        """Only note what goes wrong. Each request is spared a way through here, and the browser keeps its cache."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))
        context.on("response", self._response)
        context.on("requestfailed", self._failed)
        return context

    def _keep_inside(self, route: Route) -> None:
        url = route.request.url
        if url.startswith((self._base_url, "data:", "blob:")):
            route.fallback()
        else:
            self.complaints.append(f"asks outside: {url}")
            route.abort()

    def _console(self, message: ConsoleMessage) -> None:
        # That something did not come is seen in its response, where its kind is known.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.complaints.append(f"{response.status}: {response.url}")

    def _failed(self, request: Request) -> None:
        # A page that is left, or a download, ends its requests early; that is no fault.
        if request.url.startswith(self._base_url) and request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"{request.failure}: {request.url}")


def accessibility_faults(page: Page, without: tuple[str, ...] = ()) -> list[str]:
    """What axe finds wrong on the page, one line each; `without` names rules that do not apply there."""
    options = {
        "runOnly": {"type": "tag", "values": RULES},
        "rules": {rule: {"enabled": False} for rule in without},
        "resultTypes": ["violations"],
    }
    page.wait_for_load_state()  # a click leads to a page whose colours and sizes may still be on their way
    page.evaluate("document.fonts.ready")
    return [
        f"{found['id']} ({found['impact']}): {node['target'][-1]}: {node['failureSummary']}"
        for found in Axe().run(page, options=options).response["violations"]
        for node in found["nodes"]
    ]
