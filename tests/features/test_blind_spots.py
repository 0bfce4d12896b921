"""What is not seen: shops and other records of nobody, businesses of which nothing is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from features.blind_spots import blind_spots
from features.contracts import ByCode, ByName, Kind
from tests.features.ingest.test_linking import A, B, C, register
from tests.features.ingest.town import Office, column, source

D = "91330100799655058B"
REGISTER = f"""
code,name,day
{A},镇上晨禾贸易有限公司,2020-01-01
{B},镇上云栖餐饮服务有限公司,2020-01-01
{C},镇上云栖餐饮服务有限公司,2023-06-01
"""
SHOPS = f"""
no,code,name,day,fine
1,{A},镇上晨禾贸易有限公司,2021-05-01,
2,,晨禾旗舰店,2021-05-01,
3,,晨禾旗舰店,2021-06-01,
4,,镇上云栖餐饮服务有限公司,2021-05-01,
5,{D},外地某某有限公司,2021-05-01,
"""


def test_unlinked_shops_and_uncovered_businesses_are_reported(tmp_path: Path) -> None:
    plain = source("shops", subject=ByCode("code", name=ByName("name")))
    shops = replace(plain, columns=(*plain.columns, column("name", Kind.TEXT)))
    office = Office(tmp_path, register(), shops, identity="uscc", roster=("register",))
    office.deliver("register.csv", REGISTER)
    office.deliver("shops.csv", SHOPS)
    office.ingest()
    spots = blind_spots(office.catalogue, office.home)
    [shop] = spots.sources
    assert (shop.source, shop.records) == ("shops", 5)
    assert (shop.nameless, shop.names, shop.for_review, shop.strangers) == (3, 2, 1, 1)
    assert shop.most == (("晨禾旗舰店", 2), ("镇上云栖餐饮服务有限公司", 1))
    assert (spots.businesses, spots.uncovered) == (3, 2)


def test_a_city_in_which_every_record_is_of_somebody_has_none(tmp_path: Path) -> None:
    office = Office(tmp_path, register(), source(), identity="uscc", roster=("register",))
    office.deliver("register.csv", f"code,name,day\n{A},镇上晨禾贸易有限公司,2020-01-01")
    office.deliver("penalties.csv", f"no,code,day,fine\n1,{A},2021-05-01,1")
    office.ingest()
    spots = blind_spots(office.catalogue, office.home)
    assert (spots.sources, spots.businesses, spots.uncovered) == ((), 1, 0)
