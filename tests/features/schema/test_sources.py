import pytest

from features.tables import load_tables
from leadgate.errors import DataError
from tests.features.exports import Export, lead, visit
from tests.features.io.workbooks import write_xlsx


@pytest.fixture
def export(tmp_path):
    return Export(tmp_path)


def sheet(*rows):
    return [list(rows[0]), *(list(row.values()) for row in rows)]


def test_every_table_may_be_a_sheet_of_one_workbook(export):
    write_xlsx(
        export.folder / "crm.xlsx",
        {
            "Leads": sheet(lead("a", Firm="x"), lead("b", Firm="y"), lead("a", Firm="y")),
            "Visits": sheet(visit("a"), visit("c")),
            "Firms": sheet({"Firm": "x", "Industry": "Trade"}, {"Firm": "", "Industry": "None"}),
            "Handoffs": sheet({"lead_id": "a", "handed_off_at": "2026-01-03"}),
        },
    )

    def place(name):
        return {"path": "crm.xlsx", "sheet": name}

    tables = load_tables(
        export.config(
            [],
            data={
                "leads": place("Leads"),
                "activities": [{"path": place("Visits")}],
                "lookups": [{"path": place("Firms"), "key": "Firm"}],
                "handoffs": place("Handoffs"),
            },
        )
    )
    assert tables.leads["Firms_Industry"].tolist() == ["Trade", ""]
    assert len(tables.activities) == len(tables.handoffs) == 1
    rejected = tables.quarantine.frame()
    assert rejected[["table", "row"]].to_numpy().tolist() == [
        ["crm.xlsx, sheet Firms", 2],
        ["crm.xlsx, sheet Leads", 3],
        ["crm.xlsx, sheet Visits", 2],
    ]


def test_a_sheet_that_is_not_there_is_named_with_its_key(export):
    write_xlsx(export.folder / "crm.xlsx", {"Leads": sheet(lead("a"))})
    config = export.config([], data={"leads": {"path": "crm.xlsx", "sheet": "Deals"}})
    with pytest.raises(DataError, match=r"crm.xlsx \(data.leads\): there is no sheet Deals"):
        load_tables(config)


def test_cut_rows_footers_and_headers_are_in_the_quarantine_once_and_the_file_is_described(export):
    config = export.config([lead("a"), lead("b"), lead("c")])
    path = export.folder / "leads.csv"
    header, *rows = path.read_text().splitlines()
    rows[1] = rows[1].replace("Retail", "Retail, Trade")
    path.write_text("\n".join(["Leads", header, *rows, header, "Records: 3", ""]))
    tables = load_tables(config)
    assert tables.leads["lead_id"].tolist() == ["a", "c"]
    assert tables.quarantine.frame().drop(columns="table").to_numpy().tolist() == [
        [5, "", "it is a footer of the file"],
        [2, "", "it has 6 fields where the header has 5"],
        [4, "", "it repeats the header"],
    ]
    assert tables.notes[:2] == [
        "leads.csv: 1 line above the header is left out.",
        "leads.csv: row 2 is cut into more or fewer fields than the header. Quote fields that "
        "hold the separator, or set data.separator.",
    ]


def test_a_cut_row_of_a_lookup_or_of_outcomes_is_rejected(export):
    (export.folder / "firms.csv").write_text("Firm,Size\nx,5\ny,6,7\n")
    (export.folder / "deals.csv").write_text("lead_id,outcome\na,won\nb,won,x\n")
    data = {"lookups": [{"path": "firms.csv", "key": "Firm"}], "outcomes": "deals.csv"}
    rows = [lead("a", Firm="x"), lead("b", Firm="y")]
    columns = dict.fromkeys(["outcome", "won", "lost", "unworked", "closed_at"])
    tables = load_tables(export.config(rows, data=data, **columns))
    assert tables.leads["Size"].tolist() == ["5", ""]
    assert tables.outcomes["lead_id"].tolist() == ["a"]
    assert tables.quarantine.summary() == [
        ("firms.csv", "it has 3 fields where the header has 2", 1),
        ("deals.csv", "it has 3 fields where the header has 2", 1),
    ]


def test_rows_of_leads_without_ids_keep_their_numbers(export):
    config = export.config([lead("a"), lead("b"), lead("c")], lead_id="row")
    path = export.folder / "leads.csv"
    path.write_text(path.read_text().replace("b,2026", "b,x,2026"))
    tables = load_tables(config)
    assert tables.leads["lead_id"].tolist() == ["1", "3"]
