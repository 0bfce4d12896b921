"""Code lists of Chicago: departments, kinds of premises, districts, groups."""

from __future__ import annotations

from features.contracts import Phrase

DEPARTMENTS = {
    "health": Phrase("公共卫生局", "Department of Public Health"),
    "licensing": Phrase(
        "商业事务与消费者保护局", "Department of Business Affairs and Consumer Protection"
    ),
    "streets": Phrase("街道与环卫局", "Department of Streets and Sanitation"),
    "police": Phrase("警察局", "Police Department"),
    "weather": Phrase("气象服务", "Weather service"),
}

GROUPS = {
    "R01": Phrase("许可与基础属性", "Licence and basic attributes"),
    "R02": Phrase("环境条件", "Circumstances"),
    "R03": Phrase("例行检查", "Routine inspections"),
    "R04": Phrase("同一经营者的其他场所", "Other premises of the operator"),
    "R05": Phrase("投诉与其他到访", "Complaints and other visits"),
}

SECTORS = {
    "restaurant": Phrase("餐馆", "Restaurant"),
    "grocery": Phrase("食品杂货店", "Grocery"),
    "school": Phrase("学校", "School"),
    "bakery": Phrase("烘焙店", "Bakery"),
    "daycare": Phrase("托育机构", "Day care"),
    "care_home": Phrase("医院与养护机构", "Hospital or long-term care"),
    "catering": Phrase("宴会与配餐", "Catering"),
    "bar": Phrase("酒类经营场所", "Bar or liquor store"),
    "retail_food": Phrase("零售食品(未分类)", "Retail food, not told apart"),
    "other": Phrase("其他", "Other"),
}

# Facility types are typed by hand: 188 spellings, of which these are the frequent.
FACILITY_SPELLINGS = {
    "Restaurant": "restaurant",
    "Golden Diner": "restaurant",
    "CAFETERIA": "restaurant",
    "cafeteria": "restaurant",
    "GROCERY/RESTAURANT": "restaurant",
    "Grocery & Restaurant": "restaurant",
    "Grocery Store": "grocery",
    "GAS STATION": "grocery",
    "LIVE POULTRY": "grocery",
    "School": "school",
    "CULINARY SCHOOL": "school",
    "Bakery": "bakery",
    "Daycare (2 - 6 Years)": "daycare",
    "Daycare Above and Under 2 Years": "daycare",
    "Daycare Combo 1586": "daycare",
    "Daycare (Under 2 Years)": "daycare",
    "Daycare (2 Years)": "daycare",
    "DAYCARE": "daycare",
    "Children's Services Facility": "daycare",
    "Hospital": "care_home",
    "Long Term Care": "care_home",
    "NURSING HOME": "care_home",
    "ASSISTED LIVING": "care_home",
    "Catering": "catering",
    "BANQUET HALL": "catering",
    "Shared Kitchen": "catering",
    "Mobile Food Preparer": "catering",
    "Liquor": "bar",
    "TAVERN": "bar",
    "Tavern": "bar",
    "BAR": "bar",
}
LICENCE_SPELLINGS = {
    "Retail Food Establishment": "retail_food",
    "Day Care Center 2 - 6 Years": "daycare",
    "Day Care Center Under 2 and 2 - 6 Years": "daycare",
    "Day Care Center Under 2 Years": "daycare",
    "Children's Services Facility License": "daycare",
    "Long-Term Care Facility": "care_home",
    "Hospital": "care_home",
    "Assisted Living/Shared Housing Establishment": "care_home",
    "Tavern": "bar",
    "Package Goods": "bar",
    "Consumption on Premises - Incidental Activity": "bar",
    "Food - Shared Kitchen": "catering",
    "Food - Shared Kitchen - Supplemental": "catering",
    "Shared Kitchen User": "catering",
    "Mobile Food License": "catering",
    "Mobile Food Dispenser": "catering",
}

# Postal districts of the city.
_LAST_TWO = (
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
    26, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 49, 51,
    52, 53, 54, 55, 56, 57, 59, 60, 61, 66,
)  # fmt: skip
DISTRICTS = {f"606{n:02d}": Phrase(f"邮区606{n:02d}", f"ZIP 606{n:02d}") for n in _LAST_TWO}
