"""批量导入 of staff in a browser: from the dialog to the plan."""

import pytest
from playwright.sync_api import expect

from haina.jobs import queue
from haina.jobs.models import Job
from tests import make
from tests.browser.conftest import entry_of_open_menu, look
from tests.staff.imports.workbooks import row, text

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_text_file_comes_to_its_plan(console, live_server, account, community):
    works = make.department(account, "工程部")
    make.employee(account, community, phone="+8613500000000", department_ids=[works.pk])
    console.goto(f"{live_server.url}/fengniao/staff/?plain=1")
    console.get_by_role("button", name="+ 添加员工").click()
    entry_of_open_menu(console, "批量导入").click()
    dialog = console.get_by_role("dialog")
    expect(dialog.get_by_text("最多可导入200人(当前1人)")).to_be_visible()
    look(console, "staff-import")

    rows = [row(B="陈思"), row(B="李四", G="13500000001"), row(D="工程二部", G="13500000002")]
    content = text(rows).encode("gb18030")
    file = {"name": "员工.csv", "mimeType": "text/csv", "buffer": content}
    dialog.locator("input[type=file]").set_input_files(file)
    expect(dialog.get_by_text("重新上传")).to_be_visible()
    dialog.get_by_role("button", name="导入", exact=True).click()
    console.wait_for_url("**/staff/imports/*/")
    queue.run(Job.objects.get().pk)
    expect(console.get_by_text("没有“工程二部”这个部门")).to_be_visible()
    look(console, "staff-import-plan")
