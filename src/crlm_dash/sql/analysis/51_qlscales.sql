-- One row per scale of a quality-of-life questionnaire: which items it is made of, by number, and how they become a score.
--
-- Item numbers only: the wording of the questionnaires is copyright and not here. LOW, HIGH: the possible answers.
-- SCALING: 'function' and 'symptom' are 0 to 100 by the EORTC scoring manual (Fayers et al., 3rd edition 2001), a
-- function turned so that 100 is best, a symptom with 100 the worst; 'global' rises with the answer; 'level' is the
-- answer itself; 'summary' is the mean of the 13 other scales of QLQ-C30, symptoms turned (Giesinger et al. 2016).
-- EQINDEX is the index of the health state by the value set that the protocol names, WORST its lowest value.
-- BETTER: 'higher' or 'lower' values are better; WORST, BEST: the ends of the scale. ALIASES: codes under which delivered
-- scores come as well. USEDFL is 'Y' where this trial has a score (set by 52_adqol.sql). QLQ-LMC21: Blazeby et al. 2009;
-- QLQ-CR29: Whistance et al. 2009; their items are numbered from 1 here, on paper from 31. Item 48 on paper of QLQ-CR29
-- (18 here, a stoma or none) is not scored. Sexual interest rises with the answer, unlike the other functions of QLQ-CR29.
-- QLQ-C30 is version 3. CDISC codes items of QLQ-C30 EOR0101 … and of EQ-5D-5L EQ5D0201 … EQ5D0206; codes of the items of
-- QLQ-LMC21 and QLQ-CR29 are assumed to end with the item's number (LMC2101 …), for no terminology of them was found.

create or replace table qlscales as
with listed(PARCAT1, PARAMCD, PARAM, ITEMS, HIGH, SCALING, ALIASES) as (
    values
        ('QLQ-C30', 'QL', 'Global health status', [29, 30], 7, 'global', ['QL2']),
        ('QLQ-C30', 'PF', 'Physical functioning', [1, 2, 3, 4, 5], 4, 'function', ['PF2']),
        ('QLQ-C30', 'RF', 'Role functioning', [6, 7], 4, 'function', ['RF2']),
        ('QLQ-C30', 'EF', 'Emotional functioning', [21, 22, 23, 24], 4, 'function', []),
        ('QLQ-C30', 'CF', 'Cognitive functioning', [20, 25], 4, 'function', []),
        ('QLQ-C30', 'SF', 'Social functioning', [26, 27], 4, 'function', []),
        ('QLQ-C30', 'FA', 'Fatigue', [10, 12, 18], 4, 'symptom', []),
        ('QLQ-C30', 'NV', 'Nausea and vomiting', [14, 15], 4, 'symptom', []),
        ('QLQ-C30', 'PA', 'Pain', [9, 19], 4, 'symptom', []),
        ('QLQ-C30', 'DY', 'Breathlessness', [8], 4, 'symptom', []),
        ('QLQ-C30', 'SL', 'Sleeplessness', [11], 4, 'symptom', []),
        ('QLQ-C30', 'AP', 'Loss of appetite', [13], 4, 'symptom', []),
        ('QLQ-C30', 'CO', 'Constipation', [16], 4, 'symptom', []),
        ('QLQ-C30', 'DI', 'Diarrhoea', [17], 4, 'symptom', []),
        ('QLQ-C30', 'FI', 'Financial difficulties', [28], 4, 'symptom', []),
        ('QLQ-C30', 'SUMSCORE', 'Summary score', [], 100, 'summary', ['SUMMARY']),
        ('QLQ-LMC21', 'LMCNUT', 'Nutrition', [1, 2], 4, 'symptom', []),
        ('QLQ-LMC21', 'LMCFAT', 'Fatigue (liver metastases)', [7, 13, 14], 4, 'symptom', []),
        ('QLQ-LMC21', 'LMCPAIN', 'Pain (liver metastases)', [9, 10, 12], 4, 'symptom', []),
        ('QLQ-LMC21', 'LMCEMO', 'Emotional problems', [17, 18, 19, 20], 4, 'symptom', []),
        ('QLQ-LMC21', 'LMCWEI', 'Weight loss', [3], 4, 'symptom', []),
        ('QLQ-LMC21', 'LMCTAS', 'Taste', [4], 4, 'symptom', []),
        ('QLQ-LMC21', 'LMCDRY', 'Dry mouth', [5], 4, 'symptom', []),
        ('QLQ-LMC21', 'LMCSORE', 'Sore mouth', [6], 4, 'symptom', []),
        ('QLQ-LMC21', 'LMCNEUR', 'Peripheral neuropathy', [8], 4, 'symptom', []),
        ('QLQ-LMC21', 'LMCJAUN', 'Jaundice', [11], 4, 'symptom', []),
        ('QLQ-LMC21', 'LMCSOC', 'Contact with friends', [15], 4, 'symptom', []),
        ('QLQ-LMC21', 'LMCTALK', 'Talking about feelings', [16], 4, 'symptom', []),
        ('QLQ-LMC21', 'LMCSEX', 'Sexual problems', [21], 4, 'symptom', []),
        ('QLQ-CR29', 'CRBI', 'Body image', [15, 16, 17], 4, 'function', []),
        ('QLQ-CR29', 'CRANX', 'Anxiety', [13], 4, 'function', []),
        ('QLQ-CR29', 'CRWEI', 'Weight', [14], 4, 'function', []),
        ('QLQ-CR29', 'CRSEXM', 'Sexual interest, men', [26], 4, 'global', []),
        ('QLQ-CR29', 'CRSEXW', 'Sexual interest, women', [28], 4, 'global', []),
        ('QLQ-CR29', 'CRUF', 'Urinary frequency', [1, 2], 4, 'symptom', []),
        ('QLQ-CR29', 'CRBMS', 'Blood and mucus in stool', [8, 9], 4, 'symptom', []),
        ('QLQ-CR29', 'CRSTF', 'Stool frequency', [22, 23], 4, 'symptom', []),
        ('QLQ-CR29', 'CRUI', 'Urinary incontinence', [3], 4, 'symptom', []),
        ('QLQ-CR29', 'CRDYSU', 'Dysuria', [4], 4, 'symptom', []),
        ('QLQ-CR29', 'CRAP', 'Abdominal pain', [5], 4, 'symptom', []),
        ('QLQ-CR29', 'CRBP', 'Buttock pain', [6], 4, 'symptom', []),
        ('QLQ-CR29', 'CRBF', 'Bloating', [7], 4, 'symptom', []),
        ('QLQ-CR29', 'CRDM', 'Dry mouth (colorectal)', [10], 4, 'symptom', []),
        ('QLQ-CR29', 'CRHL', 'Hair loss', [11], 4, 'symptom', []),
        ('QLQ-CR29', 'CRTA', 'Taste (colorectal)', [12], 4, 'symptom', []),
        ('QLQ-CR29', 'CRFL', 'Flatulence', [19], 4, 'symptom', []),
        ('QLQ-CR29', 'CRFI', 'Faecal incontinence', [20], 4, 'symptom', []),
        ('QLQ-CR29', 'CRSS', 'Sore skin', [21], 4, 'symptom', []),
        ('QLQ-CR29', 'CREMB', 'Embarrassment', [24], 4, 'symptom', []),
        ('QLQ-CR29', 'CRSTO', 'Stoma care problems', [25], 4, 'symptom', []),
        ('QLQ-CR29', 'CRIMP', 'Impotence', [27], 4, 'symptom', []),
        ('QLQ-CR29', 'CRDYS', 'Dyspareunia', [29], 4, 'symptom', []),
        ('EQ-5D-5L', 'EQMO', 'Mobility', [1], 5, 'level', []),
        ('EQ-5D-5L', 'EQSC', 'Self-care', [2], 5, 'level', []),
        ('EQ-5D-5L', 'EQUA', 'Usual activities', [3], 5, 'level', []),
        ('EQ-5D-5L', 'EQPD', 'Pain or discomfort', [4], 5, 'level', []),
        ('EQ-5D-5L', 'EQAD', 'Anxiety or depression', [5], 5, 'level', []),
        ('EQ-5D-5L', 'EQINDEX', 'Index', [], 1, 'level', []),
        ('EQ-5D-5L', 'EQVAS', 'Health today (visual analogue scale)', [6], 100, 'level', [])
)

select
    PARCAT1, PARAMCD, PARAM, ITEMS, if(PARAMCD in ('EQVAS', 'SUMSCORE'), 0, 1) as LOW, HIGH, SCALING,
    if(SCALING in ('global', 'function', 'summary') or PARAMCD in ('EQVAS', 'EQINDEX'), 'higher', 'lower') as BETTER,
    case when PARAMCD = 'EQINDEX' then coalesce((select min(VALUE) from eq_values), -2)
        when SCALING = 'symptom' then 100 when SCALING = 'level' and HIGH = 5 then 5 else 0 end as WORST,
    case when SCALING = 'symptom' then 0 when SCALING = 'level' and HIGH in (1, 5) then 1 else 100 end as BEST,
    list_prepend(PARAMCD, ALIASES) as CODES,
    cast(row_number() over () as integer) as ORD, cast(null as varchar) as USEDFL
from listed;

-- Which questionnaire and item a record is of: by its category, else by its code; NULL where it is none of these.
create or replace temp macro ql_form(category, code) as
    case
        when category ilike '%QLQ%C30%' and not regexp_matches(upper(category), 'V(ERSION)? *[12]([^0-9]|$)') then 'QLQ-C30'
        when category ilike '%LMC%21%' then 'QLQ-LMC21'
        when category ilike '%CR%29%' then 'QLQ-CR29'
        when category ilike '%EQ%5D%5L%' then 'EQ-5D-5L'
        when category is null and regexp_matches(code, '^EOR01[0-9]{2}$') then 'QLQ-C30'
        when category is null and regexp_matches(code, '^LMC21[0-9]{2}$') then 'QLQ-LMC21'
        when category is null and regexp_matches(code, '^EQ5D02[0-9]{2}$') then 'EQ-5D-5L'
    end;

create or replace temp macro ql_number(code) as try_cast(regexp_extract(code, '([0-9]{2})$', 1) as integer);

-- Items of a module are numbered from 31 on paper; QLQ-C30 and EQ-5D-5L from 1.
create or replace temp macro ql_item(form, code) as
    if(form in ('QLQ-LMC21', 'QLQ-CR29') and ql_number(code) > 30, ql_number(code) - 30, ql_number(code));

create or replace temp table qlitems as
select PARCAT1, PARAMCD, SCALING, LOW, HIGH, len(ITEMS) as N_ITEMS, unnest(ITEMS) as ITEM
from qlscales;

-- Every answer and delivered score of a questionnaire known here: ITEM, or the scale it is a score of (SCALE). Nobody
-- answers after death: one of the two dates is wrong (a fault), and what is dated so is not scored.
create or replace temp table qlanswers as
with formed as (
    select q.*, ql_form(q.PARCAT1, q.PARAMCD) as FORM, ql_item(ql_form(q.PARCAT1, q.PARAMCD), q.PARAMCD) as NUMBER
    from adqs q
)

select
    f.SUBJKEY, f.USUBJID, f.ADT, f.ADY, f.VISIT, f.AVAL, f.SRCSEQ, f.FORM,
    s.PARAMCD as SCALE, if(s.PARAMCD is null, f.NUMBER, null) as ITEM
from formed f
left join qlscales s on s.PARCAT1 = f.FORM and list_contains(s.CODES, f.PARAMCD)
left join adsl a on a.SUBJKEY = f.SUBJKEY
where not coalesce(f.ADT > end_of_period(a.DTHDT, a.DTHDTF), false) and f.FORM is not null and (s.PARAMCD is not null or f.NUMBER is not null);
