"""Why an uploaded file is not read: one stable code and one sentence for each reason."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "too_large": _("文件超过 20 MB。请删去不需要的工作表和图片，或分成几个文件上传。"),
    "empty_file": _("文件是空的，没有任何内容。请重新选择文件。"),
    "not_a_workbook": _("这不是 Excel 工作簿。请上传 .xlsx 或 .xls 文件。"),
    "html_or_csv": _(
        "这是网页或文本（如 csv），不是 Excel 工作簿。请用 Excel 或 WPS 打开，另存为 .xlsx 后上传。"
    ),
    "other_office": _(
        "这不是 .xlsx 或 .xls 格式的工作簿。请用 Excel 或 WPS 打开，另存为 .xlsx 后上传。"
    ),
    "encrypted": _("工作簿设有打开密码，无法读取。请取消密码后重新上传。"),
    "damaged": _("文件已损坏或不完整，无法读取。请用 Excel 或 WPS 打开，另存为 .xlsx 后上传。"),
    "zip_bomb": _(
        "文件解压后的内容过大，已停止读取。请把数据复制到新的工作簿，另存为 .xlsx 后上传。"
    ),
    "too_many_rows": _("工作簿的行数过多，无法一次读取。请分成几个文件上传。"),
    "too_many_merged": _("工作簿里合并的单元格过多，无法读取。请取消合并、逐格填写后重新上传。"),
    "too_slow": _("读取工作簿用时过长，已停止。请把数据复制到新的工作簿，或分成几个文件后上传。"),
    "too_much_memory": _(
        "读取工作簿占用内存过多，已停止。请把数据复制到新的工作簿，或分成几个文件后上传。"
    ),
    "no_visible_sheet": _("工作簿里没有可见的工作表。请取消隐藏后重新上传。"),
    "web_page": _("这是网页，不是表格。请用 Excel 或 WPS 打开，另存为 .xlsx 后上传。"),
    "utf_16": _(
        "这是 Unicode 文本 (UTF-16)，无法读取。请用 Excel 或 WPS 打开，"
        "另存为“CSV UTF-8”或 .xlsx 后上传。"
    ),
    "undecodable_row": _(
        "第 %(row)d 行有无法识别的字符，可能混用了两种编码。请用 Excel 或 WPS 打开检查这一行，"
        "另存为“CSV UTF-8”或 .xlsx 后上传。"
    ),
    "broken_row": _(
        "从第 %(row)d 行起无法分成单元格：双引号没有成对，或有一格过长。"
        "请用 Excel 或 WPS 打开检查，另存为“CSV UTF-8”或 .xlsx 后上传。"
    ),
}


class Refused(Exception):
    """The file is not read, or not to its end; rows that came before this do not count."""

    def __init__(self, code: str, row: int = 0):
        self.code = code
        self.message = SENTENCES[code] % {"row": row}
        super().__init__(self.message)
