import json
import re

import pytest
from playwright.sync_api import expect

from serving.http.documents import page
from serving.process.launch import serve
from tests.browser import DESK, PHONE, chromium


def test_the_page_needs_no_key_and_nothing_of_any_other_host(client_of):
    answer = client_of(key="").get("/docs")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; connect-src 'self'")
    assert not re.search(rb"(https?:)?//[a-z]", answer.content)
    assert not re.search(rb"innerHTML|eval\(|document\.write|localStorage|cookie", answer.content)


def test_only_reading_the_page_needs_no_key(client_of):
    assert client_of(key="").call("POST", "/docs", b"{}").json()["code"] == "no_key"


@pytest.mark.slow
@pytest.mark.chromium
def test_a_lead_is_scored_from_the_page(bundle, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with (
        (tmp_path / "log").open("wb") as log,
        serve(model=str(bundle), port=0, log=log) as server,
        chromium() as browser,
    ):
        faults = []
        for width, height in (DESK, PHONE):
            opened = browser.new_page(viewport={"width": width, "height": height})
            opened.on("console", lambda message: faults.append(message.text))
            opened.goto(server.url + "/docs")
            opened.fill("#key", "wrong")
            opened.click("text=Show the calls")
            expect(opened.locator("#said")).not_to_be_empty()
            assert "X-API-Key" in opened.inner_text("#said")
            opened.fill("#key", server.key)
            opened.click("text=Show the calls")
            opened.click("text=Score one lead")
            opened.click("details[open] >> text=Send")
            shown = opened.locator("details[open] pre[role=status]")
            expect(shown).not_to_be_empty()
            status, _, content = shown.inner_text().partition("\n")
            assert status.startswith("200")
            assert 0 < json.loads(content)["readiness"] < 1
            sideways = "document.documentElement.scrollWidth > innerWidth"
            assert not opened.evaluate(sideways)
            opened.close()
        assert [fault for fault in faults if "401" not in fault] == []


def test_the_page_is_served_as_it_is_written():
    assert page.page().startswith(b"<!doctype html>")
