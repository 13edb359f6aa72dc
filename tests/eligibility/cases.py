"""Every criterion of both trials: what is planted, and what must be found. Each line is one patient."""

from __future__ import annotations

from tests.eligibility.planted import Change, dm, fa, lb, lesions, lines, mh, none, rs, vs

MET, NOT, UNKNOWN = "met", "not met", "unknown"
Case = tuple[str, list[Change]]
ACUTE = "ACUTE CARDIOVASCULAR OR CEREBROVASCULAR DISEASE"
OTHER = "OTHER MALIGNANCY"


def _question(test: str, wanted: str = "Y") -> list[Case]:
    """A criterion that is one answer: either answer, none, and one that is neither Y nor N."""
    other = "N" if wanted == "Y" else "Y"
    return [
        (MET, [fa(test, wanted)]), (NOT, [fa(test, other)]), (UNKNOWN, [none("FA", test)]),
        (UNKNOWN, [fa(test, "U")]), (UNKNOWN, [fa(test, other, day="2024-03-02")]),
    ]  # fmt: skip


def _either(first: Change, second: Change, *absent: Change) -> list[Case]:
    """An exclusion by either of two answers: one is enough, and one 'no' is not."""
    return [(MET, []), (NOT, [first]), (NOT, [second]), (NOT, [first, absent[1]]), (UNKNOWN, [absent[0]]),
            (UNKNOWN, [absent[1]])]  # fmt: skip


EHD: dict[str, list[Case]] = {
    "I01": [
        (MET, [dm(AGE=18)]), (NOT, [dm(AGE=17)]), (MET, [dm(AGE=80)]), (NOT, [dm(AGE=81)]), (UNKNOWN, [dm(AGE="")]),
    ],
    "I02": [
        (MET, [dm(RFICDTC="2024-03-01")]), (NOT, [dm(RFICDTC="2024-03-02")]), (NOT, [fa("COMPLNC", "N")]),
        (UNKNOWN, [none("FA", "COMPLNC")]), (UNKNOWN, [dm(RFICDTC="")]),
    ],
    "I03": [
        (MET, []), (NOT, [fa("PRIMRES", "N")]), (NOT, [fa("HISTCRC", "N")]), (UNKNOWN, [none("FA", "PRIMRES")]),
        (NOT, [none("FA", "PRIMRES"), fa("HISTCRC", "N")]),
    ],
    "I04a": [
        (MET, [lesions("LIVER")]), (NOT, [lesions("LUNG")]), (UNKNOWN, [lesions()]),
        (UNKNOWN, [lesions("LIVER", day="2024-03-02")]),
    ],
    "I04b": [
        (MET, [lesions("LUNG")]), (NOT, [lesions("LIVER", "LIVER")]), (UNKNOWN, [lesions()]),
        (NOT, [lesions("LIVER", "COLON, SIGMOID")]), (NOT, [lesions("LIVER", "Rectum")]),
        (MET, [lesions("RECTUM", "LUNG")]),
    ],
    "I04c": _question("EHCTRL"),
    "I05": [(MET, [lines(1)]), (MET, [lines(1, 2)]), (MET, [lines(1, 1)]), (NOT, [lines(1, 2, 3)]),
    (UNKNOWN, [lines()])],
    "I06": [
        (MET, []), (MET, [none("FA", "MAXDIAM")]), (MET, [none("FA", "R0FEAS"), none("FA", "FLRSUFF")]),
        (MET, [fa("R0FEAS", "N"), fa("MAXDIAM", 29.9, "mm"), fa("NABLATE", 5)]),
        (NOT, [fa("R0FEAS", "N"), fa("MAXDIAM", 30, "mm")]), (NOT, [fa("FLRSUFF", "N"), fa("NABLATE", 6)]),
        (UNKNOWN, [none("FA", "R0FEAS"), fa("NABLATE", 6)]), (UNKNOWN, [fa("R0FEAS", "N"), none("FA", "NABLATE")]),
        (NOT, [fa("R0FEAS", "N"), fa("MAXDIAM", 3, "cm")]), (MET, [fa("R0FEAS", "N"), fa("MAXDIAM", 2.9, "cm")]),
        (UNKNOWN, [fa("R0FEAS", "N"), fa("MAXDIAM", 2, "finger")]),
    ],
    "I07": [
        (MET, [rs("ECOG101", 1)]), (NOT, [rs("ECOG101", 2)]), (UNKNOWN, [none("RS", "ECOG101")]),
        (MET, [rs("ECOG101", 1, "2024-02-02")]), (UNKNOWN, [rs("ECOG101", 1, "2024-02-01")]),  # 28 and 29 days before
    ],
    "I08": [
        (MET, [fa("LIFEEXP", 3, "months")]), (NOT, [fa("LIFEEXP", 2.9, "months")]),
        (UNKNOWN, [none("FA", "LIFEEXP")]),
        (MET, [fa("LIFEEXP", 0.25, "years")]), (NOT, [fa("LIFEEXP", 0.2, "years")]),
        (UNKNOWN, [fa("LIFEEXP", 9, "moons")]),
        (MET, [fa("LIFEEXP", 3)]),
    ],
    "I09": [(MET, [rs("CPS101", 7)]), (NOT, [rs("CPS101", 8)]), (UNKNOWN, [none("RS", "CPS101")])],
    "I10": [
        (MET, [lb("NEUT", 1.5)]), (NOT, [lb("NEUT", 1.49)]), (UNKNOWN, [none("LB", "NEUT")]),
        (UNKNOWN, [lb("NEUT", 4, "g/L")]),
        (MET, [lb("NEUT", 1500, "/uL")]), (NOT, [lb("NEUT", 1499, "cells/µL")]), (MET, [lb("NEUT", 1.5, "10^3/uL")]),
        (MET, [lb("NEUT", 1.5, "K/uL")]), (NOT, [lb("NEUT", 1.4, "×10⁹/L")]), (UNKNOWN, [lb("NEUT", 4, "")]),
        (UNKNOWN, [lb("NEUT", 4, day="2024-02-01")]), (UNKNOWN, [lb("NEUT", 4, day="2024-03-02")]),
    ],
    "I11": [
        (MET, [lb("PLAT", 100)]), (NOT, [lb("PLAT", 99)]), (UNKNOWN, [none("LB", "PLAT")]),
        (UNKNOWN, [lb("PLAT", 200, "%")]),
        (MET, [lb("PLAT", 100000, "/uL")]), (NOT, [lb("PLAT", 99999, "/mm3")]), (MET, [lb("PLAT", 100, "10*3/uL")]),
    ],
    "I12": [
        (MET, [lb("HGB", 90)]), (NOT, [lb("HGB", 89.9)]), (UNKNOWN, [none("LB", "HGB")]),
        (UNKNOWN, [lb("HGB", 9, "cells")]),
        (MET, [lb("HGB", 9, "g/dL")]), (NOT, [lb("HGB", 8.9, "g/dL")]), (NOT, [lb("HGB", 9, "g/L")]),
        (MET, [lb("HGB", 6, "mmol/L")]), (NOT, [lb("HGB", 5, "mmol/L")]),
    ],
    "I13": [
        (NOT, [lb("BILI", 30, upper=20)]), (MET, [lb("BILI", 29.9, upper=20)]), (UNKNOWN, [none("LB", "BILI")]),
        (NOT, [lb("BILI", 25.65, upper=17.1)]),  # exactly 1.5, though not in binary
        (MET, [lb("BILI", 1.49, "mg/dL", upper=1.0)]), (NOT, [lb("BILI", 1.5, "mg/dL", upper=1.0)]),
        (NOT, [lb("BILI", 30, "finger", upper=20)]), (UNKNOWN, [lb("BILI", 10, upper=None)]),
    ],
    "I14": [
        (MET, [lb("ALT", 199, upper=40)]), (NOT, [lb("ALT", 200, upper=40)]), (NOT, [lb("AST", 200, upper=40)]),
        (MET, [lb("AST", 199.9, upper=40)]), (UNKNOWN, [none("LB", "AST")]),
        (NOT, [none("LB", "AST"), lb("ALT", 200)]),
        (UNKNOWN, [lb("ALT", 20, upper=None)]), (NOT, [lb("ALT", 3.35, "ukat/L", upper=0.67)]),
    ],
    "I15": [
        (MET, [lb("CREAT", 150), lb("CREATCLR", 50)]), (NOT, [lb("CREAT", 150.1), lb("CREATCLR", 50)]),
        (MET, [lb("CREAT", 151), lb("CREATCLR", 50.1)]), (MET, [none("LB", "CREATCLR")]),
        (MET, [none("LB", "CREAT")]),
        (UNKNOWN, [lb("CREAT", 151), none("LB", "CREATCLR")]), (UNKNOWN, [none("LB", "CREAT"), lb("CREATCLR", 50)]),
        (UNKNOWN, [none("LB", "CREAT"), none("LB", "CREATCLR")]),
        (MET, [lb("CREAT", 1.65, "mg/dL", 1.1), lb("CREATCLR", 1)]),
        (MET, [lb("CREAT", 151), lb("CREATCLR", 1, "mL/s")]), (NOT, [lb("CREAT", 151), lb("CREATCLR", 0.8, "mL/s")]),
        (UNKNOWN, [lb("CREAT", 151), lb("CREATCLR", 90, "mL")]),
    ],
    "I16": [
        (NOT, [lb("ALB", 30)]), (MET, [lb("ALB", 30.1)]), (UNKNOWN, [none("LB", "ALB")]),
        (NOT, [lb("ALB", 3, "g/dL")]),
        (MET, [lb("ALB", 3.1, "g/dL")]), (UNKNOWN, [lb("ALB", 600, "umol/L")]), (UNKNOWN, [lb("ALB", 40, "")]),
    ],
    "E01": [
        (MET, []), (NOT, [lesions("LIVER")]), (MET, [lesions("LUNG")]), (UNKNOWN, [lesions()]),
        (NOT, [lesions("LIVER", "COLON")]),  # the primary tumour is no metastasis
    ],
    "E02": [
        *_either(
            mh("HEPATIC ENCEPHALOPATHY", "Y"), mh("LIVER TRANSPLANTATION", "Y"), none("MH", "HEPATIC ENCEPHALOPATHY"),
            none("MH", "LIVER TRANSPLANTATION"),
        ),
        # asked for and not answered, told without being asked, not done
        (UNKNOWN, [mh("LIVER TRANSPLANTATION", "")]), (NOT, [mh("LIVER TRANSPLANTATION", "", asked="")]),
        (UNKNOWN, [mh("LIVER TRANSPLANTATION", "", asked="", status="NOT DONE")]),
        (NOT, [mh("LIVER TRANSPLANTATION", ""), mh("HEPATIC ENCEPHALOPATHY", "Y")]),
    ],
    "E03": [
        (MET, []), (NOT, [lesions("LIVER", "BRAIN")]), (UNKNOWN, [lesions()]),
        (UNKNOWN, [lesions("LIVER", "BRAIN", day="2024-03-02")]),
    ],
    "E04": [
        *_either(fa("PREGNANT", "Y"), fa("BREASTFD", "Y"), none("FA", "PREGNANT"), none("FA", "BREASTFD")),
        (MET, [dm(SEX="M"), none("FA", "PREGNANT"), none("FA", "BREASTFD")]),
        (MET, [dm(SEX="M"), fa("PREGNANT", "Y")]),
        (UNKNOWN, [dm(SEX=""), fa("PREGNANT", "Y")]), (MET, [dm(SEX="")]),
    ],
    "E05": [
        (MET, []), (NOT, [mh(OTHER, "Y"), fa("OTHMALEX", "N"), fa("DISFREEY", 4.9, "years")]),
        (MET, [mh(OTHER, "Y"), fa("OTHMALEX", "N"), fa("DISFREEY", 5, "years")]),
        (MET, [mh(OTHER, "Y"), fa("OTHMALEX", "Y")]),
        (UNKNOWN, [mh(OTHER, "Y"), fa("OTHMALEX", "N")]), (UNKNOWN, [mh(OTHER, "Y")]), (UNKNOWN, [none("MH", OTHER)]),
        (NOT, [mh(OTHER, "Y"), fa("OTHMALEX", "N"), fa("DISFREEY", 59, "months")]),
        (MET, [mh(OTHER, "Y"), fa("OTHMALEX", "N"), fa("DISFREEY", 60, "months")]),
        (UNKNOWN, [mh(OTHER, "Y"), fa("OTHMALEX", "N"), fa("DISFREEY", 9, "winters")]),
    ],
    "E06": [
        *_either(mh(ACUTE, "Y", "2024-02-15"), fa("VASCUNC", "Y"), none("MH", ACUTE), none("FA", "VASCUNC")),
        (NOT, [mh(ACUTE, "Y", "2024-01-31")]), (MET, [mh(ACUTE, "Y", "2024-01-30")]),  # 30 and 31 days before
        (NOT, [mh(ACUTE, "Y")]), (MET, [mh(ACUTE, "Y", "2020")]),
        # a month or a year may reach into the thirty days
        (UNKNOWN, [mh(ACUTE, "Y", "2024-01")]), (UNKNOWN, [mh(ACUTE, "Y", "2024")]), (MET, [mh(ACUTE, "Y", "2023-12")]),
        (NOT, [mh(ACUTE, "Y", "2024-02")]), (NOT, [mh(ACUTE, "Y", "2024-01"), fa("VASCUNC", "Y")]),
        (MET, [mh(ACUTE, "N", "2024-01")]), (UNKNOWN, [mh(ACUTE, "")]),
    ],
    "E07": [
        (MET, [rs("NYHA101", 2), fa("LVEF", 50, "%")]), (NOT, [rs("NYHA101", 3)]), (NOT, [fa("LVEF", 49.9, "%")]),
        (NOT, [none("RS", "NYHA101"), fa("LVEF", 49, "%")]), (UNKNOWN, [none("RS", "NYHA101")]),
        (UNKNOWN, [none("FA", "LVEF")]),
        (NOT, [fa("LVEF", 0.49, "fraction")]), (MET, [fa("LVEF", 0.5, "fraction")]),
        (UNKNOWN, [fa("LVEF", 60, "mL")]),
    ],
    "E08": [
        (MET, [vs("SYSBP", 160), vs("DIABP", 95)]), (NOT, [vs("SYSBP", 161)]), (NOT, [vs("DIABP", 96)]),
        (NOT, [mh("HYPERTENSIVE CRISIS OR ENCEPHALOPATHY", "Y", "2001")]),
        (NOT, [vs("SYSBP", 161), none("VS", "DIABP")]),
        (UNKNOWN, [none("VS", "SYSBP")]), (UNKNOWN, [none("VS", "DIABP")]),
        (UNKNOWN, [none("MH", "HYPERTENSIVE CRISIS OR ENCEPHALOPATHY")]), (MET, [vs("SYSBP", 21.3, "kPa")]),
        (NOT, [vs("SYSBP", 21.4, "kPa")]), (UNKNOWN, [vs("SYSBP", 120, "stone")]),
    ],
    "E09": [
        (MET, [fa("INFGRADE", 2), fa("INFUNC", "Y")]), (NOT, [fa("INFGRADE", 3), fa("INFUNC", "Y")]),
        (MET, [fa("INFGRADE", 3)]),
        (MET, [fa("INFGRADE", 2), none("FA", "INFUNC")]), (UNKNOWN, [fa("INFGRADE", 3), none("FA", "INFUNC")]),
        (MET, [none("FA", "INFGRADE")]), (UNKNOWN, [none("FA", "INFGRADE"), fa("INFUNC", "Y")]),
    ],
    "E10": [
        (MET, [lb("PO2", 60)]), (NOT, [lb("PO2", 59.9)]), (UNKNOWN, [none("LB", "PO2")]),
        (NOT, [lb("PO2", 7.9, "kPa")]),
        (MET, [lb("PO2", 8.0, "kPa")]), (UNKNOWN, [lb("PO2", 90, "%")]),
    ],
    "E11": _either(fa("ASCLARGE", "Y"), fa("ASCMALIG", "Y"), none("FA", "ASCLARGE"), none("FA", "ASCMALIG")),
    "E12": [
        (MET, [lb("INR", 1.5), fa("BLEEDTEN", "Y")]), (NOT, [lb("INR", 1.51), fa("BLEEDTEN", "Y")]),
        (MET, [lb("INR", 1.6)]),
        (MET, [lb("APTT", 60), fa("BLEEDTEN", "Y")]), (NOT, [lb("APTT", 60.1), fa("BLEEDTEN", "Y")]),
        (NOT, [none("LB", "INR"), lb("APTT", 61), fa("BLEEDTEN", "Y")]),
        (UNKNOWN, [none("LB", "INR"), fa("BLEEDTEN", "Y")]),
        (UNKNOWN, [lb("INR", 1.6), none("FA", "BLEEDTEN")]), (MET, [none("LB", "INR")]),
        (MET, [none("FA", "BLEEDTEN")]),
        (UNKNOWN, [lb("INR", 100, "%"), fa("BLEEDTEN", "Y")]), (NOT, [lb("INR", 1.6, ""), fa("BLEEDTEN", "Y")]),
    ],
    "E13": _either(fa("WOUNDUNH", "Y"), fa("TRAUMA4W", "Y"), none("FA", "WOUNDUNH"), none("FA", "TRAUMA4W")),
    "E14": _either(
        mh("PSYCHIATRIC DRUG ABUSE", "Y"), mh("MENTAL DISORDER", "Y"), none("MH", "PSYCHIATRIC DRUG ABUSE"),
        none("MH", "MENTAL DISORDER"),
    ),
    "E15": _question("SERCONC", "N"),
    "E16": _question("NOTSUIT", "N"),
}  # fmt: skip

CRLM10: dict[str, list[Case]] = {
    "I01": _question("HISTCRC"),
    "I02": [
        (MET, [lesions(*["LIVER"] * 10)]), (NOT, [lesions(*["LIVER"] * 9, "LUNG")]), (UNKNOWN, [lesions()]),
        (NOT, [lesions("LUNG")]),
    ],
    "I03": [
        (MET, [rs("LIVRRESP", "CR")]), (MET, [rs("LIVRRESP", "SD")]), (NOT, [rs("LIVRRESP", "PD")]),
        (MET, [none("RS", "LIVRRESP")]), (NOT, [none("RS", "LIVRRESP"), fa("DISCTRL", "N")]),
        (UNKNOWN, [none("RS", "LIVRRESP"), none("FA", "DISCTRL")]),
        (MET, [rs("LIVRRESP", "NE")]), (NOT, [rs("LIVRRESP", "NE"), fa("DISCTRL", "N")]),
        (UNKNOWN, [rs("LIVRRESP", "NE"), none("FA", "DISCTRL")]),
    ],
    "I04": _question("NEDATT"),
}  # fmt: skip
