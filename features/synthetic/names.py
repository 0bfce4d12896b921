"""Names that look Chinese and are marked as made up: every one contains 模拟."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.jurisdictions.ningbo import codes
from features.synthetic.span import Bools, Ints

_BRAND = tuple(
    "晨禾川云栖溪岚屿沐澜青柏舟远帆朗嘉泽润昌隆恒信达顺和瑞祥福盛宏博雅致诚旭阳明辉星月海岳松竹梅兰"
    "春秋安康乐欣悦美佳优品良正元亨利贞"
)
_TRADES = {
    "A": ("果蔬", "水产养殖", "苗木"),
    "C": ("五金", "模具", "塑料制品", "电器", "服饰", "食品"),
    "E": ("建筑工程", "装饰", "安装"),
    "F": ("贸易", "百货", "食品", "建材", "电子商务", "服装", "日用品"),
    "G": ("物流", "运输", "仓储"),
    "H": ("餐饮", "小吃", "宾馆", "面馆"),
    "I": ("网络科技", "软件", "信息技术"),
    "K": ("房产经纪", "物业"),
    "L": ("商务服务", "租赁", "人力资源"),
    "M": ("科技", "检测", "设计"),
    "O": ("美容", "汽车维修", "洗衣"),
    "P": ("教育培训", "艺术培训"),
    "Q": ("口腔诊所", "养老服务"),
    "R": ("健身", "网吧", "文化传播"),
}
_OTHER_TRADES = ("综合服务",)
_COMPANY_ENDINGS = {
    "有限责任公司": "有限公司",
    "股份有限公司": "股份有限公司",
    "分公司": "有限公司第一分公司",
    "合伙企业": "合伙企业(有限合伙)",
    "个人独资企业": "经营部",
    "外商投资企业": "(中国)有限公司",
    "农民专业合作社": "专业合作社",
}
_SHOP_ENDINGS = ("店", "商行", "经营部", "坊", "工作室", "馆")


def names(form: Ints, section: Ints, district: Ints, rng: np.random.Generator) -> pa.Array:
    """One name for each business, from its form, section and district."""
    n = len(form)
    sole = form == codes.FORMS.index("个体工商户")
    places = [f"宁波市{phrase.zh}(模拟)" for phrase in codes.DISTRICTS.values()]
    place = pa.array([*places, "宁波(模拟)"]).take(pa.array(np.where(sole, district, len(places))))
    brand = [pa.array(_BRAND).take(pa.array(rng.integers(0, len(_BRAND), n))) for _ in range(3)]
    return pc.binary_join_element_wise(
        place, *brand, _trade(section, rng), _ending(form, sole, rng), ""
    )


def variants(name: pa.Array, untidy: Bools, rng: np.random.Generator) -> pa.Array:
    """The same names, where `untidy` as other departments type them."""
    wide = pc.replace_substring(pc.replace_substring(name, "(", "（"), ")", "）")
    kind = rng.integers(0, 2, len(name))
    typed = pc.if_else(pa.array(kind == 0), wide, pc.binary_join_element_wise(name, "", " "))
    return pc.if_else(pa.array(untidy), typed, name)


def _trade(section: Ints, rng: np.random.Generator) -> pa.Array:
    width = 7
    letters = list(codes.SECTORS)
    table = [
        trades[i % len(trades)]
        for trades in (_TRADES.get(letter, _OTHER_TRADES) for letter in letters)
        for i in range(width)
    ]
    return pa.array(table).take(pa.array(section * width + rng.integers(0, width, len(section))))


def _ending(form: Ints, sole: Bools, rng: np.random.Generator) -> pa.Array:
    endings = [_COMPANY_ENDINGS.get(form_name, "") for form_name in codes.FORMS]
    at = np.where(sole, len(endings) + rng.integers(0, len(_SHOP_ENDINGS), len(form)), form)
    return pa.array([*endings, *_SHOP_ENDINGS]).take(pa.array(at))
