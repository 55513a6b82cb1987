"""What are a million firms called? Invented names in which pairs of characters are as unequal as in a real register.

A name is place, trade name, trade and legal form. More than half end in 有限公司; a few characters are in every tenth
trade name, most in few: both ends are what an index by pairs finds hard.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import accumulate

_PLACES = ["临山市", "临山", "青河", "青河县", "沂东", "博文区", "桓西", "山东", "淄水", "南岭镇", "北关", "齐陵"]
_LETTERS = (
    "鑫华德瑞盛祥源和泰丰宏兴隆嘉恒诚信达昌润金海天博安康顺龙福利永正東凯辉美佳益民众合新远志腾飞宇翔云星月江河湖山川松柏竹"
    "梅兰菊荷莲桂杨柳榆槐枫桦桐杉桃李杏梨枣橘柑橙柚麦禾稻粟棉麻丝绸锦绣绫罗缎帛珠玉琳琅珍宝瑜瑾瓒琨玮璞瑶琪琦璐铭鉴铸锋锐钧"
    "钰铖锡铂镁钛钢铁铜银铝石磊岩峰峻岭岱嵩衡泉溪涧潭泽洋涛澜波浪潮汐汇浩瀚渊淼沐沛沃润滋涵清洁净澄澈湛碧翠青蓝紫红丹彤赤橙"
)
_TRADES = [
    "商贸",
    "餐饮",
    "科技",
    "建筑工程",
    "食品",
    "运输",
    "建材",
    "机械",
    "化工",
    "服装",
    "农业",
    "房地产开发",
    "物业管理",
    "广告传媒",
    "汽车维修",
    "医疗器械",
    "药业",
    "纺织",
    "陶瓷",
    "包装",
    "家具",
    "环保",
    "电子",
    "教育咨询",
    "旅游",
    "酒业",
    "水产养殖",
    "苗木",
    "劳务",
    "印刷",
    "塑料制品",
    "玻璃",
    "耐火材料",
    "石油设备",
    "物流",
    "装饰工程",
    "信息技术",
    "文化传播",
]
_FORMS = ["有限公司", "经营部", "店", "有限责任公司", "超市", "厂", "专业合作社", "股份有限公司", "工作室", "分公司"]
_FORM_WEIGHTS = [52, 14, 10, 7, 5, 4, 3, 2, 2, 1]


def _falling(number: int, power: float) -> list[float]:
    return list(accumulate(1 / (rank + 3) ** power for rank in range(number)))


_LETTER_WEIGHTS, _TRADE_WEIGHTS = _falling(len(_LETTERS), 0.9), _falling(len(_TRADES), 0.8)


def names(number: int, seed: int = 1) -> Iterator[str]:
    """So many names, the same for the same seed."""
    chance = random.Random(seed)
    for _ in range(number):
        yield "".join(_parts(chance))


def _parts(chance: random.Random) -> Iterator[str]:
    yield chance.choices(_PLACES, weights=range(len(_PLACES), 0, -1))[0]
    yield "".join(chance.choices(_LETTERS, cum_weights=_LETTER_WEIGHTS, k=chance.choice((2, 2, 3, 4))))
    yield chance.choices(_TRADES, cum_weights=_TRADE_WEIGHTS)[0]
    if chance.random() < 0.04:
        yield f"（{chance.choice(_PLACES)}）"
    yield chance.choices(_FORMS, weights=_FORM_WEIGHTS)[0]


def searches(number: int, seed: int = 2) -> Iterator[str]:
    """What people look for: mostly part of a name they half remember, now and then what every name has, or none."""
    chance = random.Random(seed)
    known = list(names(5_000, seed=1))
    for _ in range(number):
        name, kind = chance.choice(known), chance.random()
        if kind < 0.65:
            start = chance.randrange(1, max(2, len(name) - 5))
            yield name[start : start + chance.choice((2, 2, 3, 4, 5))]
        elif kind < 0.75:
            yield chance.choice(_TRADES)
        elif kind < 0.82:
            yield chance.choice(_PLACES)
        elif kind < 0.93:
            yield chance.choice(["公司", "有限", "有限公司", "责任公司", "经营部", "限公", "工程有限", "股份有限"])
        else:
            yield "".join(chance.sample(_LETTERS, 2))
