import gzip
import io
import zipfile

import pytest

from features.io.files import read_table
from leadgate.errors import DataError


def zipped(**files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            # Of no time: the content names the test, the same in every process.
            info = zipfile.ZipInfo(name.replace("__", "/").replace("_csv", ".csv"))
            archive.writestr(info, text, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def gzipped(content):
    return gzip.compress(content, mtime=0)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (gzipped(b"a,b\n1,2\n"), "leads.csv.gz"),
        (gzipped(b"a,b\n1,2\n"), "leads.csv"),
        (zipped(leads_csv="a,b\n1,2\n"), "leads.csv.zip"),
        (zipped(leads_csv="a,b\n1,2\n"), "leads.zip"),
        (zipped(folder__leads_csv="a,b\n1,2\n"), "leads.zip"),
        (gzipped(zipped(leads_csv="a,b\n1,2\n")), "leads.gz"),
    ],
)
def test_an_archive_of_one_file_is_read_as_the_file(write, content, name):
    assert read_table(write(content, name)).frame["b"].tolist() == ["2"]


def test_what_a_mac_adds_to_an_archive_is_no_file(write):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.mkdir("export")
        archive.writestr("export/leads.csv", "a,b\n1,2\n")
        archive.writestr("__MACOSX/export/._leads.csv", "x")
        archive.writestr("export/.DS_Store", "x")
    assert read_table(write(content.getvalue(), "leads.zip")).frame["b"].tolist() == ["2"]


@pytest.mark.parametrize(
    ("content", "name", "code", "message"),
    [
        (zipped(a_csv="a\n1", b_csv="a\n1"), "x.zip", "not_a_table", r"of 2 files: a.csv, b.csv\."),
        (zipped(), "x.zip", "not_a_table", "binary data"),
        (b"PK\x03\x04rest", "leads.csv", "not_a_table", "not a table but a damaged zip archive"),
        (b"a,b\n", "leads.csv.gz", "missing_file", "cannot be read: damaged gzip"),
        (gzipped(b"a,b\n1,2\n")[:-9], "leads.csv.gz", "missing_file", "damaged gzip"),
        (gzipped(b" "), "leads.csv.gz", "empty_file", "the file is empty"),
        (zipped(a_csv=""), "x.zip", "empty_file", "the file is empty"),
    ],
)
def test_an_archive_that_cannot_be_read_is_refused(write, content, name, code, message):
    with pytest.raises(DataError, match=message) as refusal:
        read_table(write(content, name))
    assert refusal.value.code == code
