-- One row per laboratory test, direction, kind of limit and unit: where the grades of CTCAE v5.0 begin.
--
-- Source: Common Terminology Criteria for Adverse Events v5.0, U.S. National Cancer Institute, 27 November 2017.
-- LIMITS: of grades 1 to 4. A grade begins above (H) or below (L) its limit; EDGE is the grade that begins at it.
-- KIND: × upper limit of normal (ULN), × lower limit (LLN), × baseline (BASE), a value in UNIT (ABS). Of several kinds
-- the one passed first decides. BEFORE: the kind holds where the baseline was 'normal' or 'abnormal' (above ULN).
-- Only what a number can show: grades that need symptoms, transfusion, admission to hospital or danger to life are not
-- here, nor is a limit that holds for patients on anticoagulants only (INR × baseline); where one number has two grades
-- by symptoms, the lower stands. Not graded at all: calcium (CTCAE wants it corrected for albumin), fibrinogen (two
-- rules in one sentence), haemoglobin increased (it does not say above what), glucose increased and phosphate (v5.0
-- has no numbers for them).

create or replace temp table ctcae as
select *, row_number() over () as ORD
from (
    values
        (['BILI'], 'Bilirubin', 'Blood bilirubin increased', 'H', 'ULN', 'normal', '', [1, 1.5, 3, 10], 0),
        (['BILI'], 'Bilirubin', 'Blood bilirubin increased', 'H', 'BASE', 'abnormal', '', [1, 1.5, 3, 10], 0),
        (['ALT'], 'ALT', 'Alanine aminotransferase increased', 'H', 'ULN', 'normal', '', [1, 3, 5, 20], 0),
        (['ALT'], 'ALT', 'Alanine aminotransferase increased', 'H', 'BASE', 'abnormal', '', [1.5, 3, 5, 20], 1),
        (['AST'], 'AST', 'Aspartate aminotransferase increased', 'H', 'ULN', 'normal', '', [1, 3, 5, 20], 0),
        (['AST'], 'AST', 'Aspartate aminotransferase increased', 'H', 'BASE', 'abnormal', '', [1.5, 3, 5, 20], 1),
        (['ALP', 'ALKPH'], 'ALP', 'Alkaline phosphatase increased', 'H', 'ULN', 'normal', '', [1, 2.5, 5, 20], 0),
        (['ALP', 'ALKPH'], 'ALP', 'Alkaline phosphatase increased', 'H', 'BASE', 'abnormal', '', [2, 2.5, 5, 20], 1),
        (['GGT'], 'GGT', 'GGT increased', 'H', 'ULN', 'normal', '', [1, 2.5, 5, 20], 0),
        (['GGT'], 'GGT', 'GGT increased', 'H', 'BASE', 'abnormal', '', [2, 2.5, 5, 20], 1),
        (['ALB'], 'Albumin', 'Hypoalbuminemia', 'L', 'LLN', '', '', [1], 0),
        (['ALB'], 'Albumin', 'Hypoalbuminemia', 'L', 'ABS', '', 'g/L', [null, 30, 20], 0),
        (['INR'], 'INR', 'INR increased', 'H', 'ABS', '', 'ratio', [1.2, 1.5, 2.5], 0),
        (['APTT'], 'APTT', 'Activated partial thromboplastin time prolonged', 'H', 'ULN', '', '', [1, 1.5, 2.5], 0),
        (['PLAT'], 'Platelets', 'Platelet count decreased', 'L', 'LLN', '', '', [1], 0),
        (['PLAT'], 'Platelets', 'Platelet count decreased', 'L', 'ABS', '', '10^9/L', [null, 75, 50, 25], 0),
        (['NEUT'], 'Neutrophils', 'Neutrophil count decreased', 'L', 'LLN', '', '', [1], 0),
        (['NEUT'], 'Neutrophils', 'Neutrophil count decreased', 'L', 'ABS', '', '10^9/L', [null, 1.5, 1, 0.5], 0),
        (['WBC'], 'White blood cells', 'White blood cell decreased', 'L', 'LLN', '', '', [1], 0),
        (['WBC'], 'White blood cells', 'White blood cell decreased', 'L', 'ABS', '', '10^9/L', [null, 3, 2, 1], 0),
        (['WBC'], 'White blood cells', 'Leukocytosis', 'H', 'ABS', '', '10^9/L', [null, null, 100], 0),
        (['LYM', 'LYMPH'], 'Lymphocytes', 'Lymphocyte count decreased', 'L', 'LLN', '', '', [1], 0),
        (['LYM', 'LYMPH'], 'Lymphocytes', 'Lymphocyte count decreased', 'L', 'ABS', '', '10^9/L',
            [null, 0.8, 0.5, 0.2], 0),
        (['LYM', 'LYMPH'], 'Lymphocytes', 'Lymphocyte count increased', 'H', 'ABS', '', '10^9/L', [null, 4, 20], 0),
        (['HGB'], 'Haemoglobin', 'Anemia', 'L', 'LLN', '', '', [1], 0),
        (['HGB'], 'Haemoglobin', 'Anemia', 'L', 'ABS', '', 'g/L', [null, 100, 80], 0),
        (['HGB'], 'Haemoglobin', 'Anemia', 'L', 'ABS', '', 'mmol/L', [null, 6.2, 4.9], 0),
        (['CREAT'], 'Creatinine', 'Creatinine increased', 'H', 'ULN', '', '', [1, 1.5, 3, 6], 0),
        (['CREAT'], 'Creatinine', 'Creatinine increased', 'H', 'BASE', '', '', [null, 1.5, 3], 0),
        (['LDH'], 'LDH', 'Blood lactate dehydrogenase increased', 'H', 'ULN', '', '', [1], 0),
        (['SODIUM'], 'Sodium', 'Hyponatremia', 'L', 'LLN', '', '', [1], 0),
        (['SODIUM'], 'Sodium', 'Hyponatremia', 'L', 'ABS', '', 'mmol/L', [null, 130, 125, 120], 0),
        (['SODIUM'], 'Sodium', 'Hypernatremia', 'H', 'ULN', '', '', [1], 0),
        (['SODIUM'], 'Sodium', 'Hypernatremia', 'H', 'ABS', '', 'mmol/L', [null, 150, 155, 160], 0),
        (['K', 'POTAS'], 'Potassium', 'Hypokalemia', 'L', 'LLN', '', '', [1], 0),
        (['K', 'POTAS'], 'Potassium', 'Hypokalemia', 'L', 'ABS', '', 'mmol/L', [null, null, 3, 2.5], 0),
        (['K', 'POTAS'], 'Potassium', 'Hyperkalemia', 'H', 'ULN', '', '', [1], 0),
        (['K', 'POTAS'], 'Potassium', 'Hyperkalemia', 'H', 'ABS', '', 'mmol/L', [null, 5.5, 6, 7], 0),
        (['MG'], 'Magnesium', 'Hypomagnesemia', 'L', 'LLN', '', '', [1], 0),
        (['MG'], 'Magnesium', 'Hypomagnesemia', 'L', 'ABS', '', 'mmol/L', [null, 0.5, 0.4, 0.3], 0),
        (['MG'], 'Magnesium', 'Hypomagnesemia', 'L', 'ABS', '', 'mg/dL', [null, 1.2, 0.9, 0.7], 0),
        (['MG'], 'Magnesium', 'Hypermagnesemia', 'H', 'ULN', '', '', [1], 0),
        (['MG'], 'Magnesium', 'Hypermagnesemia', 'H', 'ABS', '', 'mmol/L', [null, null, 1.23, 3.3], 0),
        (['MG'], 'Magnesium', 'Hypermagnesemia', 'H', 'ABS', '', 'mg/dL', [null, null, 3, 8], 0),
        (['GLUC'], 'Glucose', 'Hypoglycemia', 'L', 'LLN', '', '', [1], 0),
        (['GLUC'], 'Glucose', 'Hypoglycemia', 'L', 'ABS', '', 'mmol/L', [null, 3, 2.2, 1.7], 0),
        (['GLUC'], 'Glucose', 'Hypoglycemia', 'L', 'ABS', '', 'mg/dL', [null, 55, 40, 30], 0),
        (['CK'], 'Creatine kinase', 'CPK increased', 'H', 'ULN', '', '', [1, 2.5, 5, 10], 0),
        (['LIPASET', 'LIPASE'], 'Lipase', 'Lipase increased', 'H', 'ULN', '', '', [1, 1.5, 5], 0),
        (['AMYLASE'], 'Amylase', 'Serum amylase increased', 'H', 'ULN', '', '', [1, 1.5, 5], 0),
        (['URATE'], 'Urate', 'Hyperuricemia', 'H', 'ULN', '', '', [1], 0),
        (['CHOL', 'CHOLES'], 'Cholesterol', 'Cholesterol high', 'H', 'ULN', '', '', [1], 0),
        (['CHOL', 'CHOLES'], 'Cholesterol', 'Cholesterol high', 'H', 'ABS', '', 'mmol/L',
            [null, 7.75, 10.34, 12.92], 0),
        (['CHOL', 'CHOLES'], 'Cholesterol', 'Cholesterol high', 'H', 'ABS', '', 'mg/dL', [null, 300, 400, 500], 0),
        (['TRIG'], 'Triglycerides', 'Hypertriglyceridemia', 'H', 'ABS', '', 'mmol/L', [1.71, 3.42, 5.7, 11.4], 1),
        (['TRIG'], 'Triglycerides', 'Hypertriglyceridemia', 'H', 'ABS', '', 'mg/dL', [150, 300, 500, 1000], 1),
        (['HAPTOG'], 'Haptoglobin', 'Haptoglobin decreased', 'L', 'LLN', '', '', [1], 0)
) as listed(TESTS, LABEL, TERM, DIRECTION, KIND, BEFORE, UNIT, LIMITS, EDGE);
