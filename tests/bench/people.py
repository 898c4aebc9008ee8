"""The residents that every candidate gets: made up, plausible, the same each time."""

from collections.abc import Iterator

LEVELS = ["栋", "单元", "房间号"]
COMMUNITY = "测速小区"
HEADINGS = (
    *("姓名", "性别", "身份", "租约到期时间", "手机", "证件号 (如身份证, 护照)", "小区"),
    *LEVELS,
)
SCATTER = 61_803_399  # phones look like chance, but none comes twice
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华文"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ROOMS_OF_A_UNIT, UNITS_OF_A_BLOCK = 50, 4
SMALL_FROM = 788  # the last blocks of 40,000 rooms have two units: with the root, 41,004 nodes


def people(rows: int, rooms: int) -> Iterator[tuple[str, ...]]:
    """Room by room, as a manager keeps them."""
    for number in range(rows):
        yield (*person(number), COMMUNITY, *address(number * rooms // rows))


def person(number: int) -> tuple[str, ...]:
    name = SURNAMES[number % 20] + GIVEN[number // 20 % 24] + GIVEN[number // 480 % 24]
    identity = ("业主", "家属", "长期租客", "限期租客")[number % 4]
    lease_end = "2031-12-31" if identity == "限期租客" else ""
    return (
        *(name, "男女"[number % 2], identity, lease_end),
        *(f"138{number * SCATTER % 10**8:08d}", id_number(number)),
    )


def id_number(number: int) -> str:
    body = (
        f"440305{1950 + number % 50}{1 + number % 12:02d}{1 + number % 28:02d}{number % 1000:03d}"
    )
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def address(room: int) -> tuple[str, ...]:
    unit, place = divmod(room, ROOMS_OF_A_UNIT)
    block, unit = divmod(unit, UNITS_OF_A_BLOCK)
    if block >= SMALL_FROM // UNITS_OF_A_BLOCK:
        block, unit = 2 * block - SMALL_FROM // UNITS_OF_A_BLOCK + unit // 2, unit % 2
    return f"{block + 1}栋", f"{unit + 1}单元", f"{place // 4 + 1}0{place % 4 + 1}"
