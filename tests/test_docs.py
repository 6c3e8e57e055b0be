"""The pages: every link leads somewhere, every page can be reached, and the picture is true."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])
LINK = re.compile(r"\]\(([^)\s]+)\)")
PACKAGES = ("leadgate", "features", "training", "serving", "experiments")


def _prose(page: Path) -> str:
    """Return a page without its code, where brackets are no links."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    return re.sub(r"`[^`]*`", "", text)


def _links(page: Path) -> list[tuple[Path, str]]:
    """Return file and anchor of each link that stays in the repository."""
    targets = [link for link in LINK.findall(_prose(page)) if "://" not in link]
    parts = [target.partition("#") for target in targets if not target.startswith("mailto:")]
    return [((page.parent / name).resolve() if name else page, at) for name, _, at in parts]


def _anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_links_between_pages_lead_somewhere():
    broken = [
        f"{page.relative_to(ROOT)}: {target.name}#{anchor}"
        for page in PAGES
        for target, anchor in _links(page)
        if not target.exists() or (anchor and anchor not in _anchors(target))
    ]
    assert broken == []


@pytest.mark.parametrize("start", [DOCS / "index.md", ROOT / "README.md"], ids=lambda p: p.name)
def test_every_page_can_be_reached(start):
    reached, ahead = set(), [start]
    while ahead:
        page = ahead.pop()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            ahead += [target for target, _ in _links(page) if target.is_file()]
    assert sorted(set(DOCS.rglob("*.md")) - reached) == []


def test_index_names_every_page_itself():
    """Who reads the index only must not miss one."""
    named = {target for target, _ in _links(DOCS / "index.md")}
    assert sorted(set(DOCS.rglob("*.md")) - named - {DOCS / "index.md"}) == []


def test_picture_names_every_shelf():
    picture = (DOCS / "explanation" / "architecture.svg").read_text(encoding="utf-8")
    words = set(re.findall(r"\w+", picture))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {c["id"]: c for c in project["tool"]["importlinter"]["contracts"]}
    shelves = {
        name
        for package in PACKAGES
        for layer in contracts[package]["layers"]
        for name in layer.split(" | ")
        if (ROOT / package / name).is_dir()
    }
    assert shelves - words == set()


def test_picture_can_be_read_on_a_telephone():
    """No wider than 390 px, so that nothing is made smaller there, and no text below 12 px."""
    picture = (DOCS / "explanation" / "architecture.svg").read_text(encoding="utf-8")
    width = re.search(r'viewBox="0 0 (\d+) ', picture)
    assert width is not None
    assert int(width[1]) <= 390
    assert min(float(size) for size in re.findall(r'font-size="([\d.]+)"', picture)) >= 12
