"""Tables in a file: a heading above rows is a column, a cell is one line, nothing is lost."""

from api.perspectives.table import Bar, Cell, Column, Part, Row, Table, chart_of, unique

HEADING = Part("protection", "/en/scheme/function/protection")


def test_a_heading_above_rows_is_the_first_column_of_a_file() -> None:
    rows = (Row((Cell((Part("accommodation"),)), Cell((Part("lead"), Part("monitor")))), HEADING),)
    table = Table((Column("Function"), Column("IGI")), rows, "", "Family")
    assert table.header() == ["Family", "Function", "IGI"]
    assert table.lines() == [["protection", "accommodation", "lead; monitor"]]


def test_a_table_without_headings_has_only_its_columns() -> None:
    table = Table((Column("County"),), (Row((Cell((Part("Dolj"),)),)),), "", "Family")
    assert (table.header(), table.lines()) == (["County"], [["Dolj"]])


def test_two_duties_with_the_same_role_are_two_lines_and_one_duty_is_one() -> None:
    first, second = Part("lead", "/en/id/responsibility/a"), Part("lead", "/en/id/responsibility/b")
    assert unique([first, second, first]).parts == (first, second)


def test_the_longest_bar_is_the_largest_value_and_no_bar_is_shorter_than_nothing() -> None:
    chart = chart_of("Victims", [("Dolj", 220, "220"), ("Harghita", 55, "55"), ("change", -40, "-40")])
    assert chart.bars == (Bar("Dolj", 1, "220"), Bar("Harghita", 0.25, "55"), Bar("change", 0, "-40"))
    assert chart_of("Nothing", []).bars == ()
