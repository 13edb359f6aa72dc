-- One row per enrolled subject and local procedure in the trial whose day is known: what became of the patient.
--
-- Not those before the trial. DTHDAYS: days from the procedure to death; FUDAYS: days until death or last known alive
-- (a subject with FUDAYS >= 90 or DTHDAYS <= 90 is known at 90 days; the others are not yet). Where a death has no
-- date DTHDAYS is empty and DTHFL says that the subject died.
-- A complication is an adverse event that the site attributed to this modality, or that it graded by Clavien–Dindo
-- without naming a modality, begun on the day of the procedure or within the protocol's longest number of days after it
-- (procedure_days) and before the next one of that modality. CLAVIEN is the worst such grade: I, II, IIIa, IIIb, IVa,
-- IVb, V (Dindo, Ann Surg 2004;240:205), CLAVORD its place in this order, 0 where no complication was graded.

create or replace table adproc as
with given as (
    select
        row_number() over (partition by x.SUBJKEY order by x.ASTDT, x.SRCSEQ) as PROCNO,
        x.SUBJKEY, x.USUBJID, x.MODALITY, x.PHASE, x.ASTDT, x.ASTDTF, x.ASTDY, x.SRCSEQ,
        date_diff('day', x.ASTDT, a.DTHDT) as DTHDAYS,
        date_diff('day', x.ASTDT, coalesce(a.DTHDT, a.LSTALVDT)) as FUDAYS,
        a.DTHFL
    from adex x
    join adsl a using (SUBJKEY)
    where x.EXCAT = 'LOCAL' and x.PHASE <> 'PRIOR' and x.ASTDT is not null and a.ENRLFL = 'Y'
),

complications as (
    select
        row_number() over () as EVENT, SUBJKEY, upper(AEMODAL) as MODALITY, ASTDT, AEGRADE, AESER,
        coalesce(list_position(['I', 'II', 'IIIA', 'IIIB', 'IVA', 'IVB', 'V'], upper(AECLAV)), 0) as CLAVORD
    from adae
    where ASTDT is not null and (AEMODAL is not null and upper(AEMODAL) <> 'SYSTEMIC' or AECLAV is not null)
),

-- An event named to a modality belongs to the latest procedure of that modality, one without to the latest of any.
attributed as (
    select c.SUBJKEY, g.PROCNO, c.CLAVORD, c.AEGRADE, c.AESER
    from complications c
    join given g on g.SUBJKEY = c.SUBJKEY and (c.MODALITY is null or g.MODALITY = c.MODALITY)
        and g.ASTDT <= c.ASTDT
    cross join protocol_values v
    where c.ASTDT <= g.ASTDT + v.PROC_DAYS
    qualify row_number() over (partition by c.EVENT order by g.ASTDT desc, g.PROCNO desc) = 1
),

worst as (
    select
        SUBJKEY, PROCNO, count(*) as N_COMP, max(CLAVORD) as CLAVORD, max(AEGRADE) as COMPGRADE,
        count(*) filter (AESER = 'Y') as N_COMP_SERIOUS
    from attributed
    group by all
)

select
    g.SUBJKEY, g.USUBJID, cast(g.PROCNO as integer) as PROCNO, g.MODALITY, g.PHASE, g.ASTDT, g.ASTDTF, g.ASTDY,
    cast(g.DTHDAYS as integer) as DTHDAYS, cast(g.FUDAYS as integer) as FUDAYS, g.DTHFL,
    cast(coalesce(w.N_COMP, 0) as integer) as N_COMP, cast(coalesce(w.N_COMP_SERIOUS, 0) as integer) as N_COMP_SERIOUS,
    cast(w.COMPGRADE as integer) as COMPGRADE,
    ['I', 'II', 'IIIa', 'IIIb', 'IVa', 'IVb', 'V'][w.CLAVORD] as CLAVIEN,
    cast(coalesce(w.CLAVORD, 0) as integer) as CLAVORD,
from given g
left join worst w using (SUBJKEY, PROCNO)
order by g.SUBJKEY, g.PROCNO;
