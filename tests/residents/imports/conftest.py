import pytest

from tests.residents.imports import workbooks


@pytest.fixture
def importing(community, tmp_path):
    """Upload a workbook with these rows to 腾讯小区; the report."""

    def upload(*rows, **kinds):
        path = workbooks.book(tmp_path / "住户.xlsx", rows, **kinds)
        return workbooks.upload(path, community)

    return upload


@pytest.fixture
def refused(importing, community):
    """As importing, for rows of which nothing may be written; the places and codes."""

    def upload(*rows, **kinds):
        before = workbooks.counts()
        report = importing(*rows, **kinds)
        assert report.state in {"planned", "refused"}
        assert workbooks.counts() == before
        return workbooks.places(report)

    return upload
