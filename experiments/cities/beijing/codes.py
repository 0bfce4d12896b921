"""Code lists of Beijing: departments, indicator groups, districts."""

from __future__ import annotations

from features.contracts import Phrase

DEPARTMENTS = {
    "culture": Phrase("市文化市场综合执法总队", "Culture enforcement"),
    "market": Phrase("市市场监管局", "Market supervision"),
    "consumers": Phrase("市消费者权益保护部门", "Consumer protection"),
    "housing": Phrase("市住房城乡建设委", "Housing and construction"),
    "technology": Phrase("市科委", "Science and technology"),
    "transport": Phrase("市交通委", "Transport"),
    "economy": Phrase("市经济和信息化局", "Economy and information"),
    "tax": Phrase("市税务局", "Tax"),
    "environment": Phrase("市生态环境局", "Ecology and environment"),
    "agriculture": Phrase("市农业农村局", "Agriculture"),
    "emergency": Phrase("密云区应急管理局", "Emergency management, Miyun"),
    "pinggu": Phrase("平谷区城管执法局", "Urban management, Pinggu"),
    "huairou": Phrase("怀柔区各部门", "Offices of Huairou"),
    "yanqing": Phrase("延庆区各部门", "Offices of Yanqing"),
}

GROUPS = {
    "R02": Phrase("动态情况", "Dynamics"),
    "R03": Phrase("行政检查", "Inspections"),
    "R04": Phrase("处罚与违法", "Penalties and offences"),
    "R05": Phrase("社会评价", "Society"),
}

# GB/T 2260
DISTRICTS = {
    "110101": Phrase("东城区", "Dongcheng"),
    "110102": Phrase("西城区", "Xicheng"),
    "110105": Phrase("朝阳区", "Chaoyang"),
    "110106": Phrase("丰台区", "Fengtai"),
    "110107": Phrase("石景山区", "Shijingshan"),
    "110108": Phrase("海淀区", "Haidian"),
    "110109": Phrase("门头沟区", "Mentougou"),
    "110111": Phrase("房山区", "Fangshan"),
    "110112": Phrase("通州区", "Tongzhou"),
    "110113": Phrase("顺义区", "Shunyi"),
    "110114": Phrase("昌平区", "Changping"),
    "110115": Phrase("大兴区", "Daxing"),
    "110116": Phrase("怀柔区", "Huairou"),
    "110117": Phrase("平谷区", "Pinggu"),
    "110118": Phrase("密云区", "Miyun"),
    "110119": Phrase("延庆区", "Yanqing"),
}
