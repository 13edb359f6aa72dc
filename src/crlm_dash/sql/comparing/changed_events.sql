-- One row per adverse event that is not the same in both cuts: new, removed or changed.
--
-- An event is found again by its subject and, the first of these that holds:
-- (1) its number (AESEQ), term as reported (AETERM) and start;
-- (2) term and start, in the order of the numbers where a subject has several such events: a source may number its
--     records anew with every cut, or not at all;
-- (3) number, and term as reported, coded term or start: something was corrected. Not what began after the earlier
--     cut-off: then the number was given to another event.
-- A number that a subject has twice finds nothing. Where number and term, or term and start, have both changed the event
-- counts as removed and as new.
-- SUBJECT: its number (same_subjects). NOW, BEFORE: its row of adae in each cut (rowid), NULL where it has none. SINCE: it
-- began after the earlier cut-off (NULL where its start is not known). CHANGES: what changed, one word each. An end after
-- the earlier cut-off is no correction ('dates'): the event had not 'ended' yet.

create or replace temp table earlier_end as
select CUTOFF from before.main.cut_info;

create or replace temp macro term(reported, coded) as lower(coalesce(reported, coded));

-- Numbers that a subject has twice, in either cut.
create or replace temp table reused as
select SUBJKEY as SUBJECT, AESEQ from cut.main.adae group by all having count(*) > 1
union
select s.SUBJECT, a.AESEQ
from before.main.adae a
join compared.main.same_subjects s using (SUBJKEY)
group by all
having count(*) > 1;

-- The numbered rows that stand in the other cut to the letter need no more, and that is most of them. The rest:
create or replace temp table unlike as
with present as (
    select
        rowid as NOW, SUBJKEY as SUBJECT, AESEQ,
        hash(AETERM, AEDECOD, ASTDT, AENDT, AEGRADE, AESER, RELFL, FATALFL) as CONTENT
    from cut.main.adae
),

earlier as (
    select
        a.rowid as BEFORE, s.SUBJECT, a.AESEQ,
        hash(AETERM, AEDECOD, ASTDT, AENDT, AEGRADE, AESER, RELFL, FATALFL) as CONTENT
    from before.main.adae a
    join compared.main.same_subjects s using (SUBJKEY)
)

select NOW, BEFORE
from present
full join earlier using (SUBJECT, AESEQ, CONTENT)
where NOW is null or BEFORE is null
union
select NOW, null from present join reused using (SUBJECT, AESEQ)
union
select null, BEFORE from earlier join reused using (SUBJECT, AESEQ);

create or replace temp table unlike_now as
select
    rowid as PLACE, SUBJKEY as SUBJECT, AESEQ, term(AETERM, AEDECOD) as REPORTED, term(AEDECOD, AETERM) as CODED,
    ASTDT, AENDT, AEGRADE, AESER, RELFL, FATALFL,
    count(*) over (partition by SUBJKEY, AESEQ) = 1 as NUMBERED
from cut.main.adae
where rowid in (select NOW from unlike);

create or replace temp table unlike_before as
select
    a.rowid as PLACE, s.SUBJECT, AESEQ, term(AETERM, AEDECOD) as REPORTED, term(AEDECOD, AETERM) as CODED,
    ASTDT, AENDT, AEGRADE, AESER, RELFL, FATALFL,
    count(*) over (partition by SUBJKEY, AESEQ) = 1 as NUMBERED
from before.main.adae a
join compared.main.same_subjects s using (SUBJKEY)
where a.rowid in (select BEFORE from unlike);

create or replace temp table pairs as
select n.PLACE as NOW, b.PLACE as BEFORE
from unlike_now n
join unlike_before b on b.SUBJECT = n.SUBJECT and b.AESEQ = n.AESEQ and b.REPORTED is not distinct from n.REPORTED
    and b.ASTDT is not distinct from n.ASTDT
where n.NUMBERED and b.NUMBERED;

insert into pairs
with left_now as (
    select
        PLACE as NOW, SUBJECT, REPORTED, ASTDT,
        row_number() over (partition by SUBJECT, REPORTED, ASTDT order by AESEQ, PLACE) as NTH
    from unlike_now
    where PLACE not in (select NOW from pairs)
),

left_before as (
    select
        PLACE as BEFORE, SUBJECT, REPORTED, ASTDT,
        row_number() over (partition by SUBJECT, REPORTED, ASTDT order by AESEQ, PLACE) as NTH
    from unlike_before
    where PLACE not in (select BEFORE from pairs)
)

select n.NOW, b.BEFORE
from left_now n
join left_before b on b.SUBJECT = n.SUBJECT and b.NTH = n.NTH and b.REPORTED is not distinct from n.REPORTED
    and b.ASTDT is not distinct from n.ASTDT;

insert into pairs
select n.PLACE as NOW, b.PLACE as BEFORE
from unlike_now n
join unlike_before b on b.SUBJECT = n.SUBJECT and b.AESEQ = n.AESEQ
    and (b.REPORTED = n.REPORTED or b.CODED = n.CODED or b.ASTDT = n.ASTDT)
cross join earlier_end e
where n.NUMBERED and b.NUMBERED and coalesce(n.ASTDT <= e.CUTOFF, true)
    and n.PLACE not in (select NOW from pairs) and b.PLACE not in (select BEFORE from pairs);

create or replace table compared.main.changed_events as
with found as (
    select n.PLACE as NOW, p.BEFORE
    from unlike_now n
    left join pairs p on p.NOW = n.PLACE
    union all
    select null, PLACE from unlike_before where PLACE not in (select BEFORE from pairs)
),

compared as (
    select
        coalesce(n.SUBJECT, b.SUBJECT) as SUBJECT, f.NOW, f.BEFORE, coalesce(n.ASTDT, b.ASTDT) > e.CUTOFF as SINCE,
        n.AEGRADE as GRADE, b.AEGRADE as GRADE_BEFORE, n.AESER as SERIOUS, b.AESER as SERIOUS_BEFORE,
        f.NOW is not null and f.BEFORE is not null as STANDS,
        coalesce(n.AESER, 'N') = 'Y' as IS_SERIOUS, coalesce(b.AESER, 'N') = 'Y' as WAS_SERIOUS,
        coalesce(n.FATALFL, 'N') = 'Y' as IS_FATAL, coalesce(b.FATALFL, 'N') = 'Y' as WAS_FATAL,
        n.RELFL is distinct from b.RELFL as RELATED_ANEW, n.CODED is distinct from b.CODED as CODED_ANEW,
        coalesce(b.AENDT is null and n.AENDT > e.CUTOFF, false) as ENDED,
        n.ASTDT is distinct from b.ASTDT or n.AENDT is distinct from b.AENDT and not ENDED as DATED_ANEW,
    from found f
    cross join earlier_end e
    left join unlike_now n on n.PLACE = f.NOW
    left join unlike_before b on b.PLACE = f.BEFORE
),

told as (
    select
        SUBJECT, NOW, BEFORE, SINCE, GRADE, GRADE_BEFORE, SERIOUS, SERIOUS_BEFORE,
        list_filter([
            if(BEFORE is null, 'new', null),
            if(NOW is null, 'removed', null),
            if(STANDS and GRADE > GRADE_BEFORE, 'graded up', null),
            if(STANDS and GRADE < GRADE_BEFORE, 'graded down', null),
            if(STANDS and GRADE is not null and GRADE_BEFORE is null, 'graded', null),
            if(STANDS and GRADE is null and GRADE_BEFORE is not null, 'ungraded', null),
            if(STANDS and IS_SERIOUS and not WAS_SERIOUS, 'serious', null),
            if(STANDS and WAS_SERIOUS and not IS_SERIOUS, 'not serious', null),
            if(STANDS and IS_FATAL and not WAS_FATAL, 'fatal', null),
            if(STANDS and WAS_FATAL and not IS_FATAL, 'not fatal', null),
            if(STANDS and RELATED_ANEW, 'relation', null),
            if(STANDS and CODED_ANEW, 'term', null),
            if(STANDS and DATED_ANEW, 'dates', null),
            if(STANDS and ENDED, 'ended', null)
        ], lambda change: change is not null) as CHANGES
    from compared
)

select * from told where CHANGES <> [] order by SUBJECT;
