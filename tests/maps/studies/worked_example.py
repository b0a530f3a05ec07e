"""The worked example of a plan for 61,000 people by hand: every hectare of both maps, every norm, from the sides of its parcels.

Blocks of 360 by 340 m, streets of 30 m between them, a river of 140 m whose west bank bends. Square metres of the plane.
"""

from itertools import pairwise

BLOCK, STREET = 360 * 340, 30 * 340
# Homes: fifteen whole blocks; three that the river cuts, 335, 365 and 352 m wide on average; one lacks a strip of 20 m (the gap)
# and one gives 12 m to its neighbour, drawn too wide. Beside the schools and parks of four units 33,600 m² are left, in the unit
# without market and parking 46,800.
HOMES = 15 * BLOCK + (335 + 365 + 352) * 340 - 20 * 340 - 12 * 340 + 3 * 33_600 + 46_800
# Streets: six a row and the ring, less the one that the parcel drawn too wide takes; four strips of 30 m to the river.
ROADS = (6 * 5 + 5 - 1) * STREET + (2_703 + 2_719 + 2_736 + 2_710) * 30
SCHOOLS = {"preschool": 3 * 120 * 90, "primary": 4 * 120 * 100, "lower_secondary": 3 * 120 * 80}
LOOSE = 120 * 90 + 120 * 80  # two schools whose level is not told
PLANNED = {
    "row_1": HOMES,
    "row_2": 2 * BLOCK + 402 * 340,  # the one drawn too wide: 360 + 30 + 12 m
    "row_3": BLOCK + 343 * 340,
    "row_4": 180 * 170 + 4 * 60 * 70,
    "row_5": 120 * 170 + 4 * 60 * 70,
    "row_6": 4 * 120 * 90,
    "row_7": 180 * 170 + sum(SCHOOLS.values()) + LOOSE,
    "DAT_HTXH_TruongTHPT": 180 * 170,
    "DAT_HTXH_Truonghoc": sum(SCHOOLS.values()) + LOOSE,
    "row_8": 2 * BLOCK + 4 * 120 * 200,
    "row_10": 200 * 2_080,
    "row_11": BLOCK,
    "row_13": BLOCK,
    "row_14": 120 * 170,
    "row_15": 120 * 170 + 3 * 120 * 70,
    "row_17": 120 * 340,
    "row_18": 120 * 120,
    "row_20": ROADS,
    "row_21": 120 * 220 + 3 * 120 * 40,
    "row_22": 120 * 140,
    "row_23": 120 * 200,
    "row_24": 2_725 * 260,  # to the river; 80 m more lie beyond the boundary
    "row_28": BLOCK,
    "row_29": 140 * 2_080,
    "unlisted_QHDH_DAT_THUNGHIEM": 343 * 340,
    "gap": 20 * 340,
}
# The last column of the status map ends at the bank: the area west of it from the axis, by trapezoids, less what is before 2,120.
BANK = {-260: 2_700, 0: 2_690, 340: 2_676, 370: 2_684, 710: 2_700, 740: 2_712, 1_080: 2_698, 1_110: 2_680, 1_450: 2_670,
        1_480: 2_676, 1_820: 2_690}  # fmt: skip


def bank(y: float) -> float:
    low = max(one for one in BANK if one <= y)
    high = min(one for one in BANK if one >= y)
    return BANK[low] if low == high else BANK[low] + (BANK[high] - BANK[low]) * (y - low) / (high - low)


def to_the_bank(south: float, north: float) -> float:
    heights = sorted({south, north, *(one for one in BANK if south < one < north)})
    return sum((bank(a) + bank(b)) / 2 * (b - a) for a, b in pairwise(heights)) - 2_120 * (north - south)


EXISTING = {
    "row_1": 585 * 520,  # ODT, drawn 15 m too wide
    "row_3": 570 * 540 + to_the_bank(1_210, 1_820),
    "row_11": 540 * 520,
    "row_20": 25 * 2_080,
    "row_22": (620 - 15) * 520,
    "row_24": (540 + 595 + 570 + 620) * 410 + to_the_bank(-260, 150)  # LUC, LUK, CLN, CLN, HNK
    + (540 + 595 + 620) * 540 + to_the_bank(150, 690) + 595 * 520 + (540 + 570) * 610,  # CLN
    "row_27": 595 * 610,
    "row_29": 140 * 2_080,
    "unlisted_PNK": to_the_bank(690, 1_210),
    "gap": 620 * 610,
}  # fmt: skip
TOTAL = sum(area for row, area in PLANNED.items() if not row.startswith("DAT_"))
FAULTS = {("overlaps", "plan"): [30 * 340, 12 * 340], ("overlaps", "status"): [15 * 520], ("outside", "plan"): [80 * 2_730],
          ("gaps", "plan"): [20 * 340], ("gaps", "status"): [620 * 610]}  # fmt: skip
# Land that counts as built: all but fields, water, the class in no table and the gap.
BUILT = TOTAL - PLANNED["row_24"] - PLANNED["row_28"] - PLANNED["row_29"] - PLANNED["unlisted_QHDH_DAT_THUNGHIEM"] - 20 * 340
UNIT_SERVICES = 4 * 60 * 70 + 4 * 60 * 70 + 4 * 120 * 90 + 3 * 120 * 70  # health, culture, sports, markets of the units
# Item of a norm → needed m², planned m², sites needed and planned (None: the norm asks for none), whether it is met.
NORMS = {
    "2026-11-22": {
        "preschool": (0.6 * 61_000, SCHOOLS["preschool"], None, 3, "not_assessable"),
        "primary": (0.65 * 61_000, SCHOOLS["primary"], None, 4, "met"),
        "lower_secondary": (0.55 * 61_000, SCHOOLS["lower_secondary"], None, 3, "not_assessable"),
        "upper_secondary": (0.4 * 61_000, 180 * 170, None, 1, "met"),
        "health_station": (4 * 500, 4 * 60 * 70, 4, 4, "met"),
        "hospital": (0.4 * 61_000, 180 * 170, None, 1, "met"),
        "green_public_unit": (2 * 61_000, 4 * 120 * 200, 4, 4, "not_met"),
        "green_public_city_special": (7 * 61_000, 2 * BLOCK, None, 2, "not_met"),
        "market": (4 * 2_000, 3 * 120 * 70, 4, 3, "not_met"),
        "transport_land_main": (0.06 * BUILT, ROADS, None, None, "met"),
        "transport_land_area": (0.13 * BUILT, ROADS, None, None, "met"),
        "transport_land_sub_area": (0.18 * BUILT, ROADS, None, None, "not_met"),
        "stop_walk": (None, None, None, 6, "one_of_several"),
    },
    "2027-01-01": {
        "preschool": (0.6 * 61_000, SCHOOLS["preschool"], None, 3, "not_assessable"),
        "primary": (0.65 * 61_000, SCHOOLS["primary"], None, 4, "met"),
        "lower_secondary": (0.55 * 61_000, SCHOOLS["lower_secondary"], None, 3, "not_assessable"),
        "upper_secondary": (0.6 * 61_000, 180 * 170, None, 1, "not_met"),
        "health_city": (0.4 * 61_000, 180 * 170, None, 1, "met"),
        "culture_sport_city": (1.6 * 61_000, 120 * 170, None, 1, "not_met"),
        "market_city": (0.4 * 61_000, 120 * 170, None, 1, "not_met"),
        "green_public_city": (5 * 61_000, 2 * BLOCK, None, 2, "not_met"),
        "parking_city": (1.5 * 61_000, 120 * 220, None, 1, "not_met"),
        "public_services_total": (2 * 61_000, sum(SCHOOLS.values()) + UNIT_SERVICES, None, 25, "met"),
        "public_services_other": (0.2 * 61_000, UNIT_SERVICES, None, 15, "met"),
        "green_public_unit": (2 * 61_000, 4 * 120 * 200, None, 4, "not_met"),
        "parking_unit": (2.5 * 61_000, 3 * 120 * 40, None, 3, "not_met"),
    },
}  # fmt: skip
