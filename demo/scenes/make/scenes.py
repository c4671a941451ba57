"""The parameters of every scene: camera, light, shops, clutter, objects, lanes and zones.

Zones and lanes are given on the ground in metres and projected through the camera, so that they
are true to the picture whatever the camera is.
"""

import props
import street

RED, GOLD, WHITE = (190, 26, 24), (255, 226, 90), (250, 248, 240)
GREEN, BLUE, DARK = (24, 112, 60), (24, 84, 168), (36, 36, 40)


def zone(kind, ident, x0, x1, y0, y1, up=0.0):
    """A zone on the ground; `up` lifts its far edge to take in what stands before a wall."""
    return {"id": ident, "kind": kind, "ground": [[x0, y0, 0], [x1, y0, 0], [x1, y1, up],
                                                  [x0, y1, up]]}


SCENES = {
    "cam-01": {
        "seed": 11, "title": "长白新村街 · 晴天",
        "cam": (-2.2, -12.4, 5.7), "look": (1.6, -0.6, 1.15), "hfov": 65,
        "sun": (38, -38, 4.2, 0.6), "sky": ((196, 216, 240), 0.75), "exposure": -0.1,
        "pave": 4.4, "wall": {"wall": (206, 186, 160), "tiles": True},
        "shops": [
            (-13.6, -9.2, dict(kind="shutter", name="顺发五金建材", bg=BLUE, fg=WHITE,
                               small="水电维修 · 配钥匙")),
            (-9.2, -4.6, dict(kind="glass", name="阿芳理发店", bg=(120, 30, 90), fg=WHITE,
                              papers=[["洗剪吹", "30元"], ["烫染"]])),
            (-4.6, 0.6, dict(kind="open", name="老王水果店", bg=GREEN, fg=GOLD, lamp=9,
                             small="新鲜水果 · 批发零售 · 果篮定制",
                             awning=((36, 120, 66), (236, 234, 226)))),
            (0.6, 5.4, dict(kind="glass", name="好邻居便利店", bg=(226, 96, 20), fg=WHITE,
                            small="24小时营业", blade="便利店", lamp=9, strip=(226, 96, 20),
                            papers=[["冷饮"], ["香烟", "饮料"], ["招聘"]])),
            (5.4, 10.0, dict(kind="open", name="兰州牛肉面", bg=RED, fg=GOLD, stock="noodle",
                             small="清真 · 手工拉面", awning=((190, 40, 36), (190, 40, 36)))),
            (10.0, 15.0, dict(kind="glass", name="康民大药房", bg=(20, 130, 90), fg=WHITE)),
        ],
        "trees": [(-6.6, -3.75, 4.6, 2.3), (7.9, -3.75, 4.3, 2.2)], "far_trees": [(-9.5, -12.5)],
        "scooters": [(4.3, -3.6, 1.35, (196, 40, 40)), (5.0, -3.55, 1.45, (40, 60, 110)),
                     (5.65, -3.6, 1.3, (220, 220, 214)), (-9.3, -3.5, 1.5, (60, 130, 90))],
        "bins": [(-5.2, -3.7)], "lamps": [(-5.9, -4.1, False)],
        "objects": [
            ("goods-1", "goods", (-2.3, -1.25), lambda x, y, r: (
                props.fruit_display(x, y, r, 4), props.cartons(x - 1.75, y - .1, r, 5))),
            ("goods-2", "goods", (-2.0, -1.2), lambda x, y, r: props.vegetables(x, y, r)),
        ],
        "zones": [zone("shop_front", "shop-a", -4.7, 1.0, -2.15, 0.0, 0.9),
                  zone("shop_front", "shop-b", 1.2, 5.3, -1.5, 0.0, 0.8),
                  zone("pavement", "pavement-1", -5.6, 6.2, -4.25, -2.3)],
    },
    "cam-02": {
        "seed": 22, "title": "延吉中路 · 阴天",
        "cam": (3.2, -14.2, 6.4), "look": (-0.2, -2.3, 0.3), "hfov": 62,
        "sun": None, "sky": ((206, 214, 224), 1.5), "exposure": -0.15, "wet": 0.5,
        "pave": 5.0, "pave_tint": (146, 146, 146), "tile": (0.5, 0.5),
        "wall": {"wall": (196, 196, 190), "tiles": False},
        "shops": [
            (-14.0, -9.4, dict(kind="glass", name="社区彩票", bg=RED, fg=GOLD)),
            (-9.4, -4.4, dict(kind="open", name="阿宝早点", bg=(240, 236, 226), fg=(190, 30, 26),
                              small="包子 · 豆浆 · 粢饭团", stock="noodle",
                              awning=((200, 50, 40), (240, 234, 224)))),
            (-4.4, 0.4, dict(kind="shutter", name="永兴家电维修", bg=(30, 96, 150), fg=WHITE,
                             small="空调 冰箱 洗衣机 移机加液")),
            (0.4, 5.2, dict(kind="open", name="小郑五金杂货", bg=(236, 190, 30), fg=(30, 30, 120),
                            small="日用百货 · 水暖器材 · 油漆", lamp=9)),
            (5.2, 10.0, dict(kind="glass", name="安居房产", bg=(20, 120, 80), fg=WHITE)),
            (10.0, 15.0, dict(kind="glass", name="牙博士口腔", bg=(30, 130, 170), fg=WHITE)),
        ],
        "trees": [(-7.4, -4.2, 4.4, 2.2), (6.4, -4.2, 4.8, 2.1)],
        "scooters": [(-6.0, -4.1, 1.6, (50, 110, 180)), (-5.3, -4.1, 1.7, (220, 190, 60))],
        "bins": [(4.4, -4.3)], "lamps": [(-8.9, -4.6, False)],
        "objects": [
            ("pile-1", "pile", (-1.6, -3.15), lambda x, y, r: props.pile(x, y, r)),
            ("van-1", "van", (2.3, -5.95), lambda x, y, r: props.van(x, y, r, heading=-1)),
        ],
        "zones": [zone("shop_front", "shop-a", 0.5, 5.2, -1.6, 0.0, 0.8),
                  zone("pavement", "pavement-1", -4.6, 3.9, -4.95, -1.75)],
    },
    "cam-03": {
        "seed": 33, "title": "五角场路口广场 · 晴天",
        "cam": (5.4, -12.8, 6.4), "look": (1.6, -1.9, 0.5), "hfov": 64,
        "sun": (44, 30, 4.0, 0.8), "sky": ((200, 218, 238), 0.8), "exposure": -0.15,
        "pave": 7.0, "pave_tint": (182, 172, 160), "tile": (0.6, 0.6), "tactile": 1.6,
        "pave_back": 22.0, "floors": 1, "corner": 3.2,
        "wall": {"wall": (178, 120, 96), "tiles": True},
        "shops": [
            (-16.0, -11.0, dict(kind="glass", name="江南布行", bg=BLUE, fg=WHITE)),
            (-11.0, -6.0, dict(kind="glass", name="墨香书店", bg=RED, fg=WHITE, serif=True)),
            (-6.0, -1.4, dict(kind="glass", name="甜甜奶茶", bg=(240, 150, 170), fg=WHITE,
                              small="现萃茶饮 · 第二杯半价", blade="奶茶", lamp=9)),
            (-1.4, 3.2, dict(kind="open", name="沪上生煎馆", bg=(130, 30, 24), fg=GOLD, lamp=9,
                             small="生煎 · 小馄饨 · 双档", serif=True, stock="noodle",
                             awning=((130, 40, 30), (226, 200, 150)))),
        ],
        "trees": [(10.6, 4.0, 4.2, 2.3), (-5.6, -6.3, 4.6, 2.2), (14.0, 9.0, 4.4, 2.4)],
        "scooters": [(-4.0, -6.3, 1.5, (210, 60, 50)), (-3.3, -6.2, 1.6, (60, 60, 66)),
                     (-2.6, -6.3, 1.4, (230, 226, 220))],
        "bins": [(8.2, 1.6)], "lamps": [(8.8, -6.4, False)],
        "bollards": [(4.4, 13.0, -6.45)],
        "objects": [
            ("stall-1", "stall", (1.6, -3.6), lambda x, y, r: props.stall(x, y, r)),
        ],
        "crowd": {"id": "crowd-1", "centre": [4.9, -3.6], "radius": 1.15, "count": 5},
        "zones": [zone("no_stall", "plaza-1", -1.6, 7.4, -6.1, -1.7),
                  zone("shop_front", "shop-a", -1.3, 3.1, -1.6, 0.0, 0.8)],
    },
    "cam-04": {
        "seed": 44, "title": "控江路夜市口 · 黄昏",
        "cam": (-1.0, -12.2, 5.4), "look": (1.8, -0.5, 1.35), "hfov": 62,
        "sun": None, "sky": ((86, 104, 160), 0.34), "exposure": 0.55,
        "pave": 4.6, "pave_tint": (150, 146, 142), "wet": 0.45,
        "sign_emit": 2.2, "windows_lit": 0.55, "in_lamp": 26,
        "wall": {"wall": (170, 160, 150), "tiles": False},
        "shops": [
            (-13.0, -8.4, dict(kind="glass", name="惠民超市", bg=(210, 40, 30), fg=WHITE)),
            (-8.4, -3.6, dict(kind="shutter", name="明亮眼镜", bg=(20, 70, 140), fg=WHITE,
                              sign_lit=0.0)),
            (-3.6, 1.4, dict(kind="open", name="衣衣布舍服装", bg=(150, 20, 60), fg=(255, 240, 220),
                             small="外贸原单 · 全场50元起")),
            (1.4, 6.2, dict(kind="open", name="重庆麻辣烫", bg=(190, 20, 16), fg=GOLD,
                            small="冒菜 · 串串 · 营业至凌晨", blade="麻辣烫", stock="noodle")),
            (6.2, 10.8, dict(kind="glass", name="百姓足浴", bg=(20, 110, 70), fg=WHITE)),
            (10.8, 15.4, dict(kind="glass", name="手机快修", bg=BLUE, fg=WHITE)),
        ],
        "trees": [(-6.4, -3.9, 4.5, 2.2)], "far_trees": [],
        "scooters": [(4.4, -3.8, 1.5, (60, 60, 66)), (5.1, -3.75, 1.35, (190, 40, 40)),
                     (6.5, -3.8, 1.6, (50, 90, 150))],
        "bins": [(8.0, -3.9)], "lamps": [(-4.4, -4.3, True)], "step_lamp": (3.8, -4.3, 900),
        "objects": [
            ("goods-1", "goods", (-1.3, -1.3), lambda x, y, r: (
                props.clothes_rack(x - .95, y - .05, r, 1.6, .55),
                props.clothes_rack(x + .85, y - .05, r, 1.6, .6),
                props.cartons(x + 2.15, y - .15, r, 3))),
        ],
        "zones": [zone("shop_front", "shop-a", -3.7, 1.6, -2.15, 0.0, 0.9),
                  zone("pavement", "pavement-1", -4.2, 6.0, -4.4, -2.3)],
    },
    "cam-05": {
        "seed": 55, "title": "鞍山路菜场口 · 晴天",
        "cam": (4.6, -12.8, 5.9), "look": (0.2, -1.4, 0.8), "hfov": 63,
        "sun": (46, 42, 4.0, 0.7), "sky": ((200, 218, 240), 0.75), "exposure": -0.1,
        "pave": 5.4, "pave_tint": (176, 164, 148),
        "wall": {"wall": (224, 214, 190), "tiles": True},
        "shops": [
            (-15.0, -10.2, dict(kind="glass", name="利民超市", bg=(20, 110, 80), fg=WHITE)),
            (-10.2, -5.4, dict(kind="open", name="鞍山菜市场", bg=RED, fg=WHITE, lamp=9,
                               small="标准化菜市场")),
            (-5.4, -0.6, dict(kind="open", name="阿婆粮油店", bg=(160, 96, 30), fg=(255, 244, 214),
                              small="大米 · 面粉 · 杂粮 · 食用油",
                              awning=((226, 180, 60), (240, 236, 226)))),
            (-0.6, 4.2, dict(kind="glass", name="春风鲜花坊", bg=(220, 90, 130), fg=WHITE,
                             small="花束 · 绿植 · 开业花篮", papers=[["鲜花"], ["满百", "减十"]])),
            (4.2, 9.0, dict(kind="shutter", name="金凤凰窗帘", bg=(110, 40, 110), fg=GOLD)),
            (9.0, 14.0, dict(kind="glass", name="好又多烟酒", bg=(150, 24, 24), fg=GOLD)),
        ],
        "trees": [(-8.0, -4.6, 4.5, 2.3), (7.0, -4.6, 4.3, 2.0)],
        "scooters": [(5.6, -4.5, 1.4, (40, 90, 60)), (-6.3, -4.6, 1.6, (200, 60, 50))],
        "bins": [(-9.6, -4.6)], "lamps": [(9.2, -5.1, False)],
        "permit_box": (-5.2, -1.2, -2.3, -0.15),
        "objects": [
            ("permitted-1", "permitted_goods", (-3.2, -1.2), lambda x, y, r: (
                props.vegetables(x, y, r))),
            ("stall-1", "stall", (1.9, -3.3), lambda x, y, r: props.stall(
                x, y, r, "糖炒栗子", ((40, 90, 170), (240, 236, 226)), side=-1)),
            ("outside-1", "pile", (-4.6, -4.3), lambda x, y, r: props.pile(x, y, r, False, 7)),
        ],
        "zones": [zone("permitted", "permitted-1", -5.3, -1.1, -2.4, 0.0, 0.8),
                  zone("no_stall", "pavement-1", -0.9, 5.2, -5.0, -1.8),
                  zone("shop_front", "shop-b", -0.4, 4.1, -1.6, 0.0, 0.8)],
    },
    # Real footage: only the object and its shadow are rendered, on a plain grey ground seen as the
    # camera of vtest.avi sees its road (its height and tilt estimated from people's heights).
    "cam-06": {
        "seed": 66, "title": "园区道路 · 实拍", "real": True, "size": (768, 576),
        "cam": (0.0, 0.0, 7.5), "pitch": 26.7, "focal": 900.0,
        "sun": None, "sky": ((214, 218, 222), 1.35), "exposure": 0.15,
        "objects": [("pile-1", "pile", None, lambda x, y, r: props.pile_small(x, y, r))],
    },
}
