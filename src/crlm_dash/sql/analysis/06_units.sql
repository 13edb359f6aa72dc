-- One row per laboratory unit (and test, where the conversion depends on the substance): factor to its base unit.
--
-- Two units of one BASE are convertible: value * FACTOR is the value in BASE. TESTCD '' holds for every test.
-- Molar factors: bilirubin 584.66 g/mol, creatinine 113.12 g/mol, haemoglobin (monomer) 16.114 g/mmol.

-- One spelling per unit: 'x10^9/L', '×10⁹/L', '10E9/L', '10*9/L' (UCUM) and '10**9/L' are '10^9/l'.
create or replace temp macro unit_key(unit) as
    regexp_replace(
        translate(regexp_replace(
            replace(lower(replace(trim(unit), ' ', '')), 'mcg', 'ug'), '10([⁹³⁶²¹])', '10^\1'
        ), 'µμ⁹³⁶²¹×', 'uu93621x'),
        '^x?10(\*\*|\^|\*|e)([36912]+)/',
        '10^\2/'
    );

create or replace temp table units as
select unnest(TESTS) as TESTCD, UNIT, BASE, cast(FACTOR as double) as FACTOR
from (
    values
        ([''], '10^9/l', '10^9/l', 1), ([''], 'giga/l', '10^9/l', 1), ([''], 'gi/l', '10^9/l', 1),
        ([''], '10^3/ul', '10^9/l', 1), ([''], 'thou/ul', '10^9/l', 1), ([''], 'k/ul', '10^9/l', 1),
        ([''], '10^3/mm3', '10^9/l', 1), ([''], '10^6/l', '10^9/l', 0.001), ([''], '/ul', '10^9/l', 0.001),
        ([''], 'cells/ul', '10^9/l', 0.001), ([''], '/mm3', '10^9/l', 0.001),
        ([''], '10^12/l', '10^12/l', 1), ([''], 'tera/l', '10^12/l', 1), ([''], 'ti/l', '10^12/l', 1),
        ([''], '10^6/ul', '10^12/l', 1),
        ([''], 'g/l', 'g/l', 1), ([''], 'g/dl', 'g/l', 10), ([''], 'mg/dl', 'g/l', 0.01), ([''], 'mg/l', 'g/l', 0.001),
        ([''], 'ng/ml', 'g/l', 1e-6), ([''], 'ug/l', 'g/l', 1e-6), ([''], 'ug/ml', 'g/l', 0.001),
        ([''], 'pg/ml', 'g/l', 1e-9),
        ([''], 'mol/l', 'mol/l', 1), ([''], 'mmol/l', 'mol/l', 1e-3), ([''], 'umol/l', 'mol/l', 1e-6),
        ([''], 'nmol/l', 'mol/l', 1e-9),
        ([''], 'u/l', 'u/l', 1), ([''], 'iu/l', 'u/l', 1), ([''], 'u/ml', 'u/l', 1000), ([''], 'ku/l', 'u/l', 1000),
        ([''], 'iu/ml', 'u/l', 1000), ([''], 'kiu/l', 'u/l', 1000), ([''], 'ukat/l', 'u/l', 60),
        ([''], 'ml/min', 'ml/min', 1), ([''], 'ml/s', 'ml/min', 60), ([''], 'ml/min/1.73m2', 'ml/min/1.73m2', 1),
        ([''], 's', 's', 1), ([''], 'sec', 's', 1), ([''], 'seconds', 's', 1),
        ([''], 'mmhg', 'mmhg', 1), ([''], 'kpa', 'mmhg', 7.50062),
        ([''], 'ratio', 'ratio', 1), ([''], '1', 'ratio', 1), ([''], '', 'ratio', 1), ([''], 'inr', 'ratio', 1),
        ([''], '%', '%', 1), ([''], 'mm', 'mm', 1), ([''], 'cm', 'mm', 10), ([''], 'fraction', '%', 100),
        ([''], 'years', 'months', 12), ([''], 'year', 'months', 12), ([''], 'months', 'months', 1),
        ([''], 'month', 'months', 1), ([''], 'weeks', 'months', 7 / 30.4375), ([''], 'days', 'months', 1 / 30.4375),
        (['BILI', 'BILDIR'], 'mol/l', 'g/l', 584.66), (['BILI', 'BILDIR'], 'mmol/l', 'g/l', 0.58466),
        (['BILI', 'BILDIR'], 'umol/l', 'g/l', 584.66e-6),
        (['CREAT'], 'mol/l', 'g/l', 113.12), (['CREAT'], 'mmol/l', 'g/l', 0.11312),
        (['CREAT'], 'umol/l', 'g/l', 113.12e-6),
        (['HGB'], 'mmol/l', 'g/l', 16.114)
) as listed(TESTS, UNIT, BASE, FACTOR);
