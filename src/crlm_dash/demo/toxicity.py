"""What each treatment does to patients: terms as MedDRA codes them, how often, how bad, how long.

Frequencies are of the order published for FOLFOX, FOLFIRI, FOLFOXIRI, bevacizumab and cetuximab in metastatic
colorectal cancer, and for liver resection and ablation after chemotherapy; single numbers are assumed.
"""

from __future__ import annotations

from dataclasses import dataclass

from crlm_dash.terms import Modality

_BLOOD = "Blood and lymphatic system disorders"
_GUT = "Gastrointestinal disorders"
_GENERAL = "General disorders and administration site conditions"
_LIVER = "Hepatobiliary disorders"
_INFECTION = "Infections and infestations"
_INJURY = "Injury, poisoning and procedural complications"
_LABORATORY = "Investigations"
_METABOLISM = "Metabolism and nutrition disorders"
_NERVE = "Nervous system disorders"
_LUNG = "Respiratory, thoracic and mediastinal disorders"
_SKIN = "Skin and subcutaneous tissue disorders"
_VESSEL = "Vascular disorders"
_KIDNEY = "Renal and urinary disorders"
_MIND = "Psychiatric disorders"


@dataclass(frozen=True)
class Risk:
    """
    A kind of adverse event.

    `rate`: events in eight cycles of therapy, probability after a procedure, or events in a year; `grades`:
    weights of CTCAE grades 1-4; `onset`, `length`: mean days; `drugs`: regimens that cause it, all if empty.
    """

    term: str
    organ: str
    rate: float
    grades: tuple[float, float, float, float]
    drugs: tuple[str, ...] = ()
    onset: float = 4.0
    length: float = 14.0
    late: bool = False
    said: str = ""


_OXALIPLATIN = ("FOLFOX", "CAPOX", "FOLFOXIRI")
_IRINOTECAN = ("FOLFIRI", "FOLFOXIRI")
_CAPECITABINE = ("CAPOX", "CAPECITABINE")

UNDER_THERAPY = (
    Risk("Neutropenia", _BLOOD, 0.55, (20, 35, 33, 12), ("FOLFOX", "FOLFIRI", "FOLFOXIRI"), length=9),
    Risk("Febrile neutropenia", _BLOOD, 0.035, (0, 0, 80, 20), ("FOLFOX", "FOLFIRI", "FOLFOXIRI"), length=7),
    Risk("Thrombocytopenia", _BLOOD, 0.25, (50, 35, 13, 2), _OXALIPLATIN, length=15),
    Risk("Anaemia", _BLOOD, 0.25, (52, 38, 10, 0), length=45),
    Risk(
        "Peripheral sensory neuropathy",
        _NERVE,
        0.62,
        (45, 38, 17, 0),
        _OXALIPLATIN,
        length=210,
        late=True,
        said="numbness of hands and feet",
    ),
    Risk("Diarrhoea", _GUT, 0.50, (48, 34, 16, 2), _IRINOTECAN, length=7),
    Risk("Diarrhoea", _GUT, 0.22, (60, 30, 10, 0), ("FOLFOX", "CAPOX"), length=6),
    Risk("Nausea", _GUT, 0.60, (62, 33, 5, 0), length=5),
    Risk("Vomiting", _GUT, 0.28, (58, 34, 8, 0), length=3),
    Risk("Stomatitis", _GUT, 0.26, (55, 36, 9, 0), length=9, said="mouth ulcers"),
    Risk("Fatigue", _GENERAL, 0.50, (55, 38, 7, 0), length=40, said="tiredness"),
    Risk("Decreased appetite", _METABOLISM, 0.24, (60, 34, 6, 0), length=20, said="loss of appetite"),
    Risk(
        "Palmar-plantar erythrodysaesthesia syndrome",
        _SKIN,
        0.55,
        (45, 40, 15, 0),
        _CAPECITABINE,
        length=35,
        said="hand-foot syndrome",
    ),
    Risk("Alopecia", _SKIN, 0.30, (60, 40, 0, 0), _IRINOTECAN, length=160, said="hair loss"),
    Risk("Rash", _SKIN, 0.90, (40, 43, 17, 0), ("CETUXIMAB",), length=45, said="acneiform rash"),
    Risk("Hypomagnesaemia", _METABOLISM, 0.25, (60, 28, 10, 2), ("CETUXIMAB",), length=25),
    Risk("Hypertension", _VESSEL, 0.30, (25, 50, 25, 0), ("BEVACIZUMAB",), length=60),
    Risk("Proteinuria", _KIDNEY, 0.15, (65, 30, 5, 0), ("BEVACIZUMAB",), length=40),
    Risk("Epistaxis", _LUNG, 0.18, (88, 12, 0, 0), ("BEVACIZUMAB",), length=3, said="nosebleed"),
    Risk("Deep vein thrombosis", _VESSEL, 0.035, (0, 50, 45, 5), length=60),
    Risk(
        "Infusion related reaction",
        _INJURY,
        0.06,
        (30, 50, 17, 3),
        ("CETUXIMAB", "FOLFOX", "CAPOX"),
        length=1,
    ),
    Risk("Alanine aminotransferase increased", _LABORATORY, 0.20, (68, 24, 8, 0), length=20, said="raised ALT"),
)

AFTER_PROCEDURE: dict[str, tuple[Risk, ...]] = {
    Modality.HEPATECTOMY: (
        Risk("Procedural pain", _INJURY, 0.30, (45, 50, 5, 0), onset=2, length=9, said="wound pain"),
        Risk("Biliary fistula", _LIVER, 0.11, (15, 30, 50, 5), onset=8, length=28, said="bile leak"),
        Risk("Hepatic failure", _LIVER, 0.06, (20, 40, 28, 12), onset=6, length=18,
             said="post-hepatectomy liver failure"),
        Risk("Ascites", _GUT, 0.13, (42, 40, 18, 0), onset=7, length=22),
        Risk("Pleural effusion", _LUNG, 0.17, (50, 30, 20, 0), onset=5, length=14),
        Risk("Abdominal abscess", _INFECTION, 0.07, (0, 25, 70, 5), onset=12, length=20,
             said="subphrenic abscess"),
        Risk("Wound infection", _INFECTION, 0.08, (25, 60, 15, 0), onset=8, length=12),
        Risk("Pneumonia", _INFECTION, 0.05, (0, 55, 38, 7), onset=6, length=11),
        Risk("Post procedural haemorrhage", _INJURY, 0.035, (10, 30, 45, 15), onset=2, length=4),
        Risk("Portal vein thrombosis", _LIVER, 0.025, (10, 55, 30, 5), onset=9, length=60),
    ),
    Modality.ABLATION: (
        Risk("Abdominal pain", _GUT, 0.32, (62, 34, 4, 0), onset=1.5, length=4),
        Risk("Pyrexia", _GENERAL, 0.26, (74, 24, 2, 0), onset=2, length=4, said="fever after ablation"),
        Risk("Liver abscess", _INFECTION, 0.035, (0, 20, 70, 10), onset=12, length=24),
        Risk("Pleural effusion", _LUNG, 0.06, (65, 25, 10, 0), onset=4, length=10),
        Risk("Bile duct stenosis", _LIVER, 0.015, (30, 30, 40, 0), onset=40, length=120),
    ),
    Modality.SBRT: (
        Risk("Fatigue", _GENERAL, 0.35, (70, 28, 2, 0), onset=9, length=25),
        Risk("Radiation hepatitis", _LIVER, 0.05, (25, 40, 30, 5), onset=50, length=50,
             said="radiation-induced liver disease"),
        Risk("Nausea", _GUT, 0.22, (72, 26, 2, 0), onset=5, length=8),
        Risk("Gastric ulcer", _GUT, 0.015, (10, 40, 45, 5), onset=60, length=40),
    ),
    Modality.TACE: (
        Risk("Post embolisation syndrome", _INJURY, 0.45, (40, 48, 12, 0), onset=1.5, length=6),
        Risk("Alanine aminotransferase increased", _LABORATORY, 0.30, (40, 35, 24, 1), onset=3, length=14,
             said="raised ALT"),
        Risk("Liver abscess", _INFECTION, 0.015, (0, 15, 75, 10), onset=14, length=25),
    ),
    Modality.HAIC: (
        Risk("Abdominal pain", _GUT, 0.22, (55, 38, 7, 0), onset=1, length=3),
        Risk("Catheter site pain", _GENERAL, 0.10, (75, 25, 0, 0), onset=2, length=5),
        Risk("Gastrointestinal ulcer", _GUT, 0.03, (20, 45, 32, 3), onset=15, length=30),
    ),
}  # fmt: skip

# Events in a year of follow-up; `late`: only once the disease has progressed.
ANY_TIME = (
    Risk("Abdominal pain", _GUT, 0.25, (55, 35, 10, 0), length=15),
    Risk("Abdominal pain", _GUT, 0.60, (25, 45, 30, 0), length=40, late=True, said="abdominal pain from tumour"),
    Risk("Ascites", _GUT, 0.22, (20, 45, 35, 0), length=70, late=True),
    Risk("Jaundice cholestatic", _LIVER, 0.20, (5, 25, 60, 10), length=50, late=True),
    Risk("Intestinal obstruction", _GUT, 0.07, (0, 20, 65, 15), length=12, late=True, said="bowel obstruction"),
    Risk("Constipation", _GUT, 0.14, (70, 28, 2, 0), length=15),
    Risk("Upper respiratory tract infection", _INFECTION, 0.16, (60, 38, 2, 0), length=9, said="common cold"),
    Risk("COVID-19", _INFECTION, 0.07, (55, 35, 9, 1), length=11),
    Risk("Insomnia", _MIND, 0.10, (72, 28, 0, 0), length=60),
    Risk("Weight decreased", _LABORATORY, 0.10, (60, 35, 5, 0), length=80),
    Risk("Urinary tract infection", _INFECTION, 0.07, (10, 78, 12, 0), length=8),
)
