import pytest

from tests import make
from tests.staff.imports import workbooks


@pytest.fixture
def engineering(account):
    return make.department(account, "工程部")


@pytest.fixture
def importing(account, community, engineering, tmp_path):
    """Upload a workbook with these rows; what became of it."""

    def upload(*rows, **how):
        return workbooks.upload(workbooks.book(tmp_path / "员工.xlsx", rows, **how), account)

    return upload


@pytest.fixture
def importing_text(account, community, engineering, tmp_path):
    """Upload a text file with these bytes."""

    def upload(content: bytes):
        path = tmp_path / "员工.csv"
        path.write_bytes(content)
        return workbooks.upload(path, account)

    return upload
