-- One row per adverse event record: delivered ADAE records as delivered, else AE.
--
-- AEGRADE is the CTCAE grade (AETOXGR, ATOXGR), else mild/moderate/severe as 1/2/3; what is not graded stays so.
-- TRTEMFL: may have begun on or after the start of treatment (a partial or missing start date gets the benefit of
-- doubt, unless the event had ended before) and began within the protocol's days after the end of treatment.
-- Occurrence flags, of treatment-emergent records: first by date, then AESEQ; AOCC…IFL the worst grade, then the
-- first (admiral, derive_var_extreme_flag). A flag delivered for any record is used as delivered.
-- AESCRIT: why a serious event is serious, the criteria the site ticked ('AESDTH AESHOSP'); empty where it ticked none,
-- NULL where none was delivered. COVAL: the site's comments on the record (CO of RDOMAIN AE, by AESEQ), as one text.
-- MASKTERM, MASKDECOD, MASKBODSYS: term and class, but WITHHELD_TERMS where a word that gives the arm away (protocol:
-- safety.give_away, and every local treatment) stands in AEDECOD or AETERM; MASKSFL, MASKPFL are the worst-grade flags
-- of these classes and terms, so that a subject with two such events counts once, at the worst grade.
-- MODALFL: of an event the site attributes to a treatment (AEMODAL), 'Y' where the subject had it in the trial and the
-- event may have begun on or after its first day, else 'N'.
-- LASTPROC, PROCDY: the local procedures of the last day with any before the event (or on its day), and days since.
-- Other columns of a delivered ADAE are added by store/extras.py, which also sorts the rows.

create or replace temp macro serious_because(serious, dth, life, hosp, disab, cong, mie, can, od, intv) as
    case
        when serious = 'Y' and coalesce(dth, life, hosp, disab, cong, mie, can, od, intv) is not null then concat_ws(
            ' ',
            if(dth = 'Y', 'AESDTH', null), if(life = 'Y', 'AESLIFE', null), if(hosp = 'Y', 'AESHOSP', null),
            if(disab = 'Y', 'AESDISAB', null), if(cong = 'Y', 'AESCONG', null), if(mie = 'Y', 'AESMIE', null),
            if(can = 'Y', 'AESCAN', null), if(od = 'Y', 'AESOD', null), if(intv = 'Y', 'AESINTV', null)
        )
    end;

create or replace temp table remarks as
select
    USUBJID, try_cast(IDVARVAL as double) as AESEQ,
    string_agg(concat(COVAL, COVAL1, COVAL2, COVAL3, COVAL4), ' ' order by COSEQ) as COVAL
from staging.co
where upper(RDOMAIN) = 'AE' and upper(IDVAR) = 'AESEQ'
group by all;

create or replace temp table adverse as
select
    USUBJID, AESEQ, AETERM, AEDECOD, coalesce(AEBODSYS, AESOC) as AEBODSYS, AESEV, AETOXGR, AESER, AEREL, AEACN, AEOUT,
    AESDTH, AEMODAL, AECLAV, STDT as ASTDT, STDTF as ASTDTF, ENDT as AENDT,
    if(ENDT is null, null, date_flag(AEENDTC)) as AENDTF, cast(null as double) as ASTDY, cast(null as double) as AENDY,
    cast(null as varchar) as RELFL, cast(null as varchar) as DISCFL, cast(null as varchar) as FATALFL,
    cast(null as varchar) as TRTEMFL, cast(null as varchar) as AOCCFL, cast(null as varchar) as AOCCSFL,
    cast(null as varchar) as AOCCPFL, cast(null as varchar) as AOCCIFL, cast(null as varchar) as AOCCSIFL,
    cast(null as varchar) as AOCCPIFL,
    serious_because(AESER, AESDTH, AESLIFE, AESHOSP, AESDISAB, AESCONG, AESMIE, AESCAN, AESOD, AESINTV) as AESCRIT, _row
from in_ae
where not exists (select 1 from staging.adae) and coalesce(AEOCCUR, 'Y') = 'Y'
union all
select
    d.USUBJID, d.AESEQ, d.AETERM, d.AEDECOD, coalesce(d.AEBODSYS, d.AESOC), coalesce(d.AESEV, d.ASEV),
    coalesce(d.AETOXGR, d.ATOXGR), d.AESER, coalesce(d.AEREL, d.AREL), d.AEACN, d.AEOUT, d.AESDTH,
    coalesce(d.AEMODAL, e.AEMODAL), coalesce(d.AECLAV, e.AECLAV), d.ASTDT, d.ASTDTF, ended(d.AENDT), d.AENDTF, d.ASTDY,
    if(ended(d.AENDT) is null, null, d.AENDY), d.RELFL, d.DISCFL, d.FATALFL, d.TRTEMFL, d.AOCCFL, d.AOCCSFL, d.AOCCPFL,
    d.AOCCIFL, d.AOCCSIFL, d.AOCCPIFL,
    serious_because(
        d.AESER, coalesce(d.AESDTH, e.AESDTH), coalesce(d.AESLIFE, e.AESLIFE), coalesce(d.AESHOSP, e.AESHOSP),
        coalesce(d.AESDISAB, e.AESDISAB), coalesce(d.AESCONG, e.AESCONG), coalesce(d.AESMIE, e.AESMIE),
        coalesce(d.AESCAN, e.AESCAN), coalesce(d.AESOD, e.AESOD), e.AESINTV
    ), d._row
from staging.adae d
left join staging.ae e on e.USUBJID = d.USUBJID and e.AESEQ = d.AESEQ
where in_time(coalesce(d.ASTDT, first_day(d.AESTDTC)));

create or replace temp macro relation_flag(relation) as
    case
        when upper(relation) in (
            'Y', 'YES', 'RELATED', 'POSSIBLE', 'POSSIBLY RELATED', 'PROBABLE', 'PROBABLY RELATED', 'DEFINITE',
            'DEFINITELY RELATED', 'HIGHLY PROBABLE', 'CERTAIN'
        ) then 'Y'
        when upper(relation) in (
            'N', 'NO', 'NONE', 'NOT RELATED', 'UNRELATED', 'UNLIKELY', 'UNLIKELY RELATED', 'REMOTE', 'NOT APPLICABLE'
        ) then 'N'
    end;

create or replace temp macro gives_away(words) as
    coalesce(regexp_matches(lower(words), getvariable('give_away')), false);

-- In the order of time, and numbered, so that the place of a record says which came first.
create or replace temp table emergent as
with delivered as (
    select count(TRTEMFL) > 0 as FLAGGED from staging.adae
),

told as (
    select *, if(gives_away(AEDECOD) or gives_away(AETERM), getvariable('withheld_terms'), null) as WITHHELD from adverse
)

select
    row_number() over (order by w.SUBJKEY, x.ASTDT nulls last, x.AESEQ, x.AEDECOD, x._row) as PLACE,
    w.SUBJKEY, x.* exclude (TRTEMFL, ASTDY, AENDY, RELFL, DISCFL, WITHHELD),
    coalesce(x.WITHHELD, x.AETERM) as MASKTERM, coalesce(x.WITHHELD, x.AEDECOD) as MASKDECOD,
    coalesce(x.WITHHELD, x.AEBODSYS) as MASKBODSYS,
    case
        when try_cast(x.AETOXGR as integer) between 1 and 5 then try_cast(x.AETOXGR as integer)
        else case upper(x.AESEV) when 'MILD' then 1 when 'MODERATE' then 2 when 'SEVERE' then 3 end
    end as AEGRADE,
    case
        when try_cast(x.AETOXGR as integer) between 1 and 5 then 'CTCAE'
        when upper(x.AESEV) in ('MILD', 'MODERATE', 'SEVERE') then 'AESEV'
    end as GRADESRC,
    coalesce(x.RELFL, relation_flag(x.AEREL)) as RELFL,
    coalesce(x.DISCFL, if(upper(x.AEACN) in ('DRUG WITHDRAWN', 'WITHDRAWN', 'TREATMENT DISCONTINUED'), 'Y', 'N')) as DISCFL,
    cast(coalesce(x.ASTDY, study_day(x.ASTDT, w.ORIGIN)) as integer) as ASTDY,
    cast(coalesce(x.AENDY, study_day(x.AENDT, w.ORIGIN)) as integer) as AENDY,
    w.SAFFL,
    case
        when d.FLAGGED then x.TRTEMFL
        when w.OPENS is null then 'N'
        when coalesce(end_of_period(x.ASTDT, x.ASTDTF) < w.OPENS, false) then 'N'
        when coalesce(x.AENDT < w.OPENS, false) then 'N'
        when coalesce(x.ASTDT > w.CLOSES, false) then 'N'
        else 'Y'
    end as TRTEMFL
from told x
join safety_windows w using (USUBJID)
cross join delivered d
order by PLACE;

-- One row per treatment-emergent record: its place in time, and a rank that puts the worst grade first.
create or replace temp table places as
select
    PLACE, (9 - coalesce(AEGRADE, 0)) * 1_000_000_000_000 + PLACE as WORST, SUBJKEY, AEBODSYS,
    coalesce(AEDECOD, AETERM) as AEDECOD,  -- an uncoded event is a term of its own
    MASKBODSYS, coalesce(MASKDECOD, MASKTERM) as MASKDECOD
from emergent
where TRTEMFL = 'Y';

-- One row per record that is the first, or first of the worst, of its subject, organ class or term.
create or replace temp table firsts as
with by_subject as (
    select 'F' as FLAG, min(PLACE) as PLACE, min(WORST) % 1_000_000_000_000 as WORST from places group by SUBJKEY
),

by_class as (
    select 'SF' as FLAG, min(PLACE) as PLACE, min(WORST) % 1_000_000_000_000 as WORST
    from places
    group by SUBJKEY, AEBODSYS
),

by_term as (
    select 'PF' as FLAG, min(PLACE) as PLACE, min(WORST) % 1_000_000_000_000 as WORST
    from places
    group by SUBJKEY, AEBODSYS, AEDECOD
),

by_masked_class as (
    select 'MS' as FLAG, min(WORST) % 1_000_000_000_000 as PLACE from places group by SUBJKEY, MASKBODSYS
),

by_masked_term as (
    select 'MP' as FLAG, min(WORST) % 1_000_000_000_000 as PLACE from places group by SUBJKEY, MASKBODSYS, MASKDECOD
),

flagged as (
    select PLACE, FLAG from (from by_subject union all from by_class union all from by_term)
    union all
    select WORST, 'I' || FLAG from (from by_subject union all from by_class union all from by_term)
    union all
    select PLACE, FLAG from (from by_masked_class union all from by_masked_term)
)

select
    PLACE,
    max(if(FLAG = 'F', 'Y', null)) as AOCCFL, max(if(FLAG = 'SF', 'Y', null)) as AOCCSFL,
    max(if(FLAG = 'PF', 'Y', null)) as AOCCPFL, max(if(FLAG = 'IF', 'Y', null)) as AOCCIFL,
    max(if(FLAG = 'ISF', 'Y', null)) as AOCCSIFL, max(if(FLAG = 'IPF', 'Y', null)) as AOCCPIFL,
    max(if(FLAG = 'MS', 'Y', null)) as MASKSFL, max(if(FLAG = 'MP', 'Y', null)) as MASKPFL
from flagged
group by PLACE;

-- (An as-of join of a million subjects takes far longer than all pairs of events and procedures of one subject.)
create or replace temp table last_procedures as
select g.PLACE, max(p.PROCDT) as PROCDT, arg_max(p.MODALITIES, p.PROCDT) as MODALITIES
from emergent g
join procedure_days p on p.SUBJKEY = g.SUBJKEY and p.PROCDT <= g.ASTDT
group by g.PLACE;

create or replace temp table built_adae as
with delivered as (
    select
        count(AOCCFL) > 0 as F, count(AOCCSFL) > 0 as S, count(AOCCPFL) > 0 as P, count(AOCCIFL) > 0 as I,
        count(AOCCSIFL) > 0 as SI, count(AOCCPIFL) > 0 as PI
    from staging.adae
)

select
    g.SUBJKEY, v.STUDYID, g.USUBJID, g.AESEQ, g.AETERM, g.AEDECOD, g.AEBODSYS, g.AESEV, g.AETOXGR, g.AEGRADE, g.GRADESRC, g.AESER,
    g.AEREL, g.RELFL, g.AEACN, g.DISCFL, g.AEOUT,
    coalesce(
        g.FATALFL,
        if(coalesce(g.AESDTH = 'Y' or upper(g.AEOUT) = 'FATAL' or g.AEGRADE = 5, false), 'Y', 'N')
    ) as FATALFL,
    g.AESDTH, g.AESCRIT, g.ASTDT, g.ASTDTF, g.AENDT, g.AENDTF, g.ASTDY, g.AENDY, g.TRTEMFL, g.SAFFL, g.AEMODAL, g.AECLAV,
    case
        when g.AEMODAL is null then null
        when r.SUBJKEY is null then 'N'
        when coalesce(end_of_period(g.ASTDT, g.ASTDTF) < r.STARTDT or g.AENDT < r.STARTDT, false) then 'N'
        else 'Y'
    end as MODALFL,
    p.MODALITIES as LASTPROC, cast(date_diff('day', p.PROCDT, g.ASTDT) as integer) as PROCDY,
    if(d.F, g.AOCCFL, n.AOCCFL) as AOCCFL,
    if(d.S, g.AOCCSFL, n.AOCCSFL) as AOCCSFL,
    if(d.P, g.AOCCPFL, n.AOCCPFL) as AOCCPFL,
    if(d.I, g.AOCCIFL, n.AOCCIFL) as AOCCIFL,
    if(d.SI, g.AOCCSIFL, n.AOCCSIFL) as AOCCSIFL,
    if(d.PI, g.AOCCPIFL, n.AOCCPIFL) as AOCCPIFL,
    n.AOCCIFL as WORSTFL, n.AOCCSIFL as WORSTSFL, n.AOCCPIFL as WORSTPFL, k.COVAL,
    g.MASKTERM, g.MASKDECOD, g.MASKBODSYS, n.MASKSFL, n.MASKPFL,
    g._row
from emergent g
left join firsts n using (PLACE)
left join remarks k on k.USUBJID = g.USUBJID and k.AESEQ = g.AESEQ
left join received r on r.SUBJKEY = g.SUBJKEY and r.MODALITY = upper(g.AEMODAL)
left join last_procedures p on p.PLACE = g.PLACE
cross join delivered d
cross join protocol_values v;
