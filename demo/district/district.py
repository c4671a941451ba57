"""The demonstration district: shops, teams, people and cameras of Yangpu, all invented but plausible.

Roads and subdistricts are real, names, numbers and people are not: every phone number begins with
129, as no mobile number does. `registry()` gives what `xunjie import` takes.
"""

import json
import math
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "xunjie-demo"  # of every account here; the district is a demonstration on loopback

# subdistrict name → its shopping streets, and five shops (name, business) along them
STREETS = {
    "定海路": (["定海路", "爱国路", "内江路"],
            [("阿根烟杂店", "烟酒杂货"), ("海定五金水暖", "五金建材"), ("老沈修车铺", "非机动车维修"),
             ("爱国路早点铺", "餐饮"), ("小桥鲜花", "花店")]),
    "平凉路": (["平凉路", "许昌路", "通北路"],
            [("平凉面馆", "餐饮"), ("永昌布艺", "家纺"), ("新许昌水果", "果蔬"),
             ("通北文具店", "文具"), ("康平大药房", "药店")]),
    "江浦路": (["江浦路", "本溪路", "昆明路"],
            [("本溪鲜果坊", "果蔬"), ("江浦蛋糕房", "餐饮"), ("红双喜喜糖铺", "食品"),
             ("昆明路眼镜", "眼镜"), ("阿姨菜店", "果蔬")]),
    "四平路": (["四平路", "鞍山路", "铁岭路"],
            [("鞍山水果超市", "果蔬"), ("同济复印社", "图文"), ("铁岭饺子馆", "餐饮"),
             ("四平理发店", "理发"), ("新村便利店", "便利店")]),
    "控江路": (["控江路", "打虎山路", "靖宇东路"],
            [("控江服饰城", "服装"), ("打虎山生煎", "餐饮"), ("靖宇五金", "五金建材"),
             ("好邻居便利", "便利店"), ("江南茶行", "茶叶")]),
    "长白新村": (["长白路", "图们路", "安图路"],
             [("长白粮油", "食品"), ("图们烤肉", "餐饮"), ("安图家电维修", "维修"),
              ("白山药房", "药店"), ("新村干洗", "洗衣")]),
    "延吉新村": (["延吉中路", "松花江路", "敦化路"],
             [("延吉冷面", "餐饮"), ("松花江水产", "水产"), ("敦化百货", "百货"),
              ("延吉宠物用品", "宠物"), ("秀兰裁缝", "服装加工")]),
    "殷行": (["殷行路", "中原路", "嫩江路"],
           [("中原鞋城", "鞋帽"), ("殷行熟食", "食品"), ("嫩江渔具", "渔具"),
            ("开鲁灯饰", "灯具"), ("中原水果批发", "果蔬")]),
    "大桥": (["长阳路", "宁国路", "眉州路"],
           [("长阳小笼", "餐饮"), ("宁国房产", "房产中介"), ("眉州烟酒", "烟酒杂货"),
            ("大桥五金交电", "五金建材"), ("宁国花艺", "花店")]),
    "五角场": (["国定路", "政通路", "国权路"],
            [("国定奶茶", "餐饮"), ("政通数码", "数码"), ("大学路书店", "书店"),
             ("国权小吃", "餐饮"), ("五角场眼镜城", "眼镜")]),
    "新江湾城": (["淞沪路", "国秀路", "江湾城路"],
             [("江湾烘焙", "餐饮"), ("国秀生鲜", "果蔬"), ("湾城宠物医院", "宠物"),
              ("淞沪车饰", "汽车用品"), ("新城洗衣", "洗衣")]),
    "长海路": (["长海路", "翔殷路", "佳木斯路"],
            [("长海医疗器械", "医疗器械"), ("翔殷水果店", "果蔬"), ("佳木斯杂粮", "食品"),
             ("长海鲜花礼品", "花店"), ("翔殷快餐", "餐饮")]),
}

# Who is who: login, name, role; the reviewers and the duty officer see the whole district.
PEOPLE = [
    ("admin.demo", "周平", "admin"), ("zhiban", "陈志远", "duty_officer"),
    ("shenhe", "林晓", "reviewer"), ("shenhe2", "吴敏", "reviewer"), ("waihu", "孙悦", "caller"),
    ("paidan", "高峰", "dispatcher"), ("jishu", "何静", "technical_reviewer"),
    ("fazhi", "郑源", "legal_reviewer"), ("fuze", "沈国平", "approver"),
    ("shuju", "徐婷", "data_steward"), ("pingyi", "马骏", "evaluator"), ("shenji", "韩雪", "auditor"),
]
SURNAMES = "王李张刘杨黄赵吴徐朱马胡"
GIVEN = ["建国", "志强", "海燕", "丽华", "伟民", "晓东"]


def load(relative: str):
    return json.loads((ROOT / relative).read_text())


def subdistricts() -> list[dict]:
    value = load("data/subdistricts.json")
    return value["subdistricts"] if isinstance(value, dict) else value


def short_name(subdistrict: dict) -> str:
    return subdistrict["name"].removesuffix("街道")


def team_id(subdistrict: str) -> str:
    return f"team-{subdistrict}"


def officers_of(subdistrict: str) -> list[str]:
    return [f"officer-{subdistrict}-{n}" for n in (1, 2)]


def around(place: dict, n: int, spread_deg: float = 0.006) -> dict:
    """The n-th of several places spread evenly round a centre."""
    angle = 2.399963 * n  # golden angle: neighbours never line up
    radius = spread_deg * math.sqrt((n + 1) / 6)
    return {"lon": round(place["lon"] + radius * math.cos(angle), 6),
            "lat": round(place["lat"] + 0.85 * radius * math.sin(angle), 6)}


def ordinary_shops() -> list[dict]:
    shops = []
    for s, sub in enumerate(subdistricts()):
        streets, names = STREETS[short_name(sub)]
        for n, (name, business) in enumerate(names):
            number = s * len(names) + n
            shops.append({
                "id": f"shop-{number + 1:03d}", "name": name, "business": business,
                "address": f"{streets[n % len(streets)]}{100 + 37 * n + 11 * s}号",
                "phone": f"129000{number + 1:05d}", "contact": SURNAMES[number % 12] + "老板",
                "grade": ("green", "green", "yellow", "green", "red")[(s + n) % 5],
                "subdistrict": sub["id"], "position": around(sub["centre"], n),
                "frontage_m": 4 + (number % 5), "commitment_letter": f"CNS-2026-{number + 1:04d}"})
    return shops


def scene_shops(script: dict) -> list[dict]:
    """Shops whose front a demonstration camera sees."""
    ids = {short_name(sub): sub["id"] for sub in subdistricts()}
    shops = []
    for camera in script["cameras"]:
        for shop in camera.get("shops", []):
            shops.append({
                "grade": "yellow", "contact": "店主", "frontage_m": 6, **shop,
                "subdistrict": ids[camera["subdistrict"]], "position": camera["position"],
                "commitment_letter": f"CNS-2026-{shop['id'].upper()}"})
    return shops


def teams() -> list[dict]:
    rows = [{"id": team_id(sub["id"]), "name": f"{sub['name']}综合行政执法队",
             "subdistrict": sub["id"]} for sub in subdistricts()]
    return rows + [{"id": "team-bureau", "name": "区城管执法局机动队"}]


def users() -> list[dict]:
    rows = [{"id": login.replace(".", "-"), "login": login, "name": name, "role": role,
             "password": PASSWORD} for login, name, role in PEOPLE]
    for s, sub in enumerate(subdistricts()):
        rows.append({"id": f"leader-{sub['id']}", "login": f"dui{s + 1:02d}", "role": "team_leader",
                     "name": SURNAMES[s] + "队", "password": PASSWORD, "subdistrict": sub["id"]})
        for n, officer in enumerate(officers_of(sub["id"])):
            rows.append({"id": officer, "login": f"dui{s + 1:02d}-{n + 1}", "role": "officer",
                         "name": SURNAMES[(s + 3 * n + 1) % 12] + GIVEN[(s + n) % 6],
                         "password": PASSWORD, "subdistrict": sub["id"],
                         "certificate": f"沪杨执 {9000 + 2 * s + n:05d}"})
    return rows


def cameras(script: dict, ports: dict[str, int], permitted: list[dict]) -> list[dict]:
    """Camera records; the zones are those the scene was drawn with."""
    ids = {short_name(sub): sub["id"] for sub in subdistricts()}
    rows = []
    for camera in script["cameras"]:
        scene = load(f"demo/scenes/{camera['id']}/scene.json")
        zones = []
        for zone in scene["zones"]:
            row = {"id": zone["id"], "kind": zone["kind"], "polygon": zone["polygon"],
                   "watch": camera["watch"].get(zone["id"], [])}
            if zone["kind"] == "permitted":
                row["permitted_hours"] = permitted
            if camera.get("zone_shop", {}).get(zone["id"]):
                row["shop"] = camera["zone_shop"][zone["id"]]
            zones.append(row)
        rows.append({"id": camera["id"], "name": camera["name"], "kind": camera["kind"],
                     "subdistrict": ids[camera["subdistrict"]], "position": camera["position"],
                     "source": f"tcp://127.0.0.1:{ports[camera['id']]}", "zones": zones})
    return rows


def registry(script: dict, ports: dict[str, int], permitted: list[dict]) -> dict:
    return {"shops": ordinary_shops() + scene_shops(script), "teams": teams(), "users": users(),
            "cameras": cameras(script, ports, permitted)}
