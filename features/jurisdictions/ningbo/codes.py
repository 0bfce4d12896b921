"""Code lists of Ningbo: departments, divisions, sections, indicator groups."""

from __future__ import annotations

from features.contracts import Phrase

DEPARTMENTS = {
    "market": Phrase("市市场监督管理局", "Market Regulation Bureau"),
    "credit_centre": Phrase("市发改委公共信用中心(信用宁波)", "Public credit centre"),
    "tax": Phrase("市税务局", "Tax Bureau"),
    "court": Phrase("市中级人民法院", "Intermediate Court"),
    "labour": Phrase("市人力资源和社会保障局", "Human Resources and Social Security Bureau"),
    "environment": Phrase("市生态环境局", "Ecology and Environment Bureau"),
    "customs": Phrase("宁波海关", "Ningbo Customs"),
    "emergency": Phrase("市应急管理局", "Emergency Management Bureau"),
    "ip": Phrase("市知识产权局", "Intellectual Property Office"),
}

# GB/T 2260; abolished codes still stand in live credit codes and old files.
DISTRICTS = {
    "330203": Phrase("海曙区", "Haishu"),
    "330205": Phrase("江北区", "Jiangbei"),
    "330206": Phrase("北仑区", "Beilun"),
    "330211": Phrase("镇海区", "Zhenhai"),
    "330212": Phrase("鄞州区", "Yinzhou"),
    "330213": Phrase("奉化区", "Fenghua"),
    "330225": Phrase("象山县", "Xiangshan"),
    "330226": Phrase("宁海县", "Ninghai"),
    "330281": Phrase("余姚市", "Yuyao"),
    "330282": Phrase("慈溪市", "Cixi"),
}
DISTRICT_SPELLINGS = {phrase.zh: code for code, phrase in DISTRICTS.items()} | {
    "330204": "330212",  # 江东区, merged into 鄞州区 in 2016
    "江东区": "330212",
    "330227": "330212",  # 鄞县, until 2002
    "330283": "330213",  # 奉化市, until 2016
    "奉化市": "330213",
    "鄞县": "330212",
}

# GB/T 4754-2017 sections.
SECTORS = {
    "A": Phrase("农、林、牧、渔业", "Agriculture, forestry, fishing"),
    "B": Phrase("采矿业", "Mining"),
    "C": Phrase("制造业", "Manufacturing"),
    "D": Phrase("电力、热力、燃气及水生产和供应业", "Electricity, heat, gas, water"),
    "E": Phrase("建筑业", "Construction"),
    "F": Phrase("批发和零售业", "Wholesale and retail"),
    "G": Phrase("交通运输、仓储和邮政业", "Transport, storage, post"),
    "H": Phrase("住宿和餐饮业", "Accommodation and catering"),
    "I": Phrase("信息传输、软件和信息技术服务业", "Information and software"),
    "J": Phrase("金融业", "Finance"),
    "K": Phrase("房地产业", "Real estate"),
    "L": Phrase("租赁和商务服务业", "Leasing and business services"),
    "M": Phrase("科学研究和技术服务业", "Research and technical services"),
    "N": Phrase("水利、环境和公共设施管理业", "Water, environment, public facilities"),
    "O": Phrase("居民服务、修理和其他服务业", "Personal services and repair"),
    "P": Phrase("教育", "Education"),
    "Q": Phrase("卫生和社会工作", "Health and social work"),
    "R": Phrase("文化、体育和娱乐业", "Culture, sport, entertainment"),
    "S": Phrase("公共管理、社会保障和社会组织", "Public administration, social organisations"),
    "T": Phrase("国际组织", "International organisations"),
}
SECTOR_SPELLINGS = {phrase.zh: code for code, phrase in SECTORS.items()} | {
    "批发零售业": "F",
    "住宿餐饮业": "H",
    "农林牧渔业": "A",
}

FORMS = (
    "有限责任公司",
    "股份有限公司",
    "分公司",
    "合伙企业",
    "个人独资企业",
    "外商投资企业",
    "农民专业合作社",
    "个体工商户",
    "其他",
)
# The registration scheme's four-digit type codes (GB/T 36866-2018 uses others).
FORM_SPELLINGS = {
    "1100": "有限责任公司",
    "1130": "有限责任公司",
    "1151": "有限责任公司",
    "有限责任公司(自然人投资或控股)": "有限责任公司",
    "有限责任公司(自然人独资)": "有限责任公司",
    "1200": "股份有限公司",
    "1220": "股份有限公司",
    "股份有限公司(非上市)": "股份有限公司",
    "2000": "分公司",
    "内资分公司": "分公司",
    "4530": "合伙企业",
    "有限合伙企业": "合伙企业",
    "4540": "个人独资企业",
    "5000": "外商投资企业",
    "有限责任公司(外商投资)": "外商投资企业",
    "9100": "农民专业合作社",
    "9500": "个体工商户",
    "个体": "个体工商户",
}

GROUPS = {
    "R01": Phrase("企业基础属性信息", "Basic attributes"),
    "R02": Phrase("企业动态信息", "Dynamics"),
    "R03": Phrase("监管信息", "Supervision"),
    "R04": Phrase("关联关系信息", "Associations"),
    "R05": Phrase("社会评价信息", "Public evaluation"),
    "R06": Phrase("网络经营信息", "Online operation"),
}
