-- One row per dated thing of the subject that is not the same in both cuts, in the order of the timeline.
-- room: records
-- A thing is found again by lane, kind (CODE) and day, several of them in their order; else by its source record, where
-- kind or day has stayed and it had begun by the earlier cut-off. Things equal in all that is shown are left out. What is
-- not found is 'removed', or 'new', or 'entered late' where it is of a day up to the earlier cut-off. 'ended': nothing
-- else has changed than that it ended after that cut-off. Hashes are compared because NULL has one too.
with now as (
    select
        *, row_number() over (order by LANE, ASTDT, SRCDOM, SRCSEQ, CODE, LABEL, VALUE) as ID,
        hash(
            LANE, ASTDT, AENDT, DATEFL, AENDTF, ONGOING, LABEL, DETAIL, GRADE, SERIOUS, RELATED, OUTCOME, CODE, VALUE, UNIT,
            LOW, HIGH
        ) as CONTENT,
        hash(LANE, CODE, ASTDT) as KIND, hash(LANE, SRCDOM, SRCSEQ) as RECORD,
    from adtl
),

was as (
    select
        *, row_number() over (order by LANE, ASTDT, SRCDOM, SRCSEQ, CODE, LABEL, VALUE) as ID,
        hash(
            LANE, ASTDT, AENDT, DATEFL, AENDTF, ONGOING, LABEL, DETAIL, GRADE, SERIOUS, RELATED, OUTCOME, CODE, VALUE, UNIT,
            LOW, HIGH
        ) as CONTENT,
        hash(LANE, CODE, ASTDT) as KIND, hash(LANE, SRCDOM, SRCSEQ) as RECORD,
    from before_adtl
),

same as (
    select n.ID as NOW, w.ID as BEFORE
    from (select ID, CONTENT, row_number() over (partition by CONTENT order by ID) as NTH from now) n
    join (select ID, CONTENT, row_number() over (partition by CONTENT order by ID) as NTH from was) w using (CONTENT, NTH)
),

now_left as (
    select *, row_number() over (partition by KIND order by ID) as NTH from now where ID not in (select NOW from same)
),

was_left as (
    select *, row_number() over (partition by KIND order by ID) as NTH from was where ID not in (select BEFORE from same)
),

of_kind as (
    select n.ID as NOW, w.ID as BEFORE from now_left n join was_left w using (KIND, NTH)
),

of_record as (
    select n.ID as NOW, w.ID as BEFORE
    from now_left n
    join was_left w using (RECORD)
    where n.SRCSEQ is not null and (n.CODE = w.CODE or n.ASTDT = w.ASTDT) and n.ASTDT <= cast($cutoff_before as date)
        and n.ID not in (select NOW from of_kind) and w.ID not in (select BEFORE from of_kind)
    qualify count(*) over (partition by n.ID) = 1 and count(*) over (partition by w.ID) = 1
),

found as (
    from of_kind union all from of_record
),

changed as (
    select n, w
    from now_left n
    left join found on found.NOW = n.ID
    left join was_left w on w.ID = found.BEFORE
    union all
    select null, w from was_left w where w.ID not in (select BEFORE from found)
),

told as (
    select
        n, w, if(n.ID is null, w, n) as s, n.AENDT > cast($cutoff_before as date) and w.AENDT is null as ENDED,
        list_filter([
            if(hash(n.ASTDT, n.DATEFL) <> hash(w.ASTDT, w.DATEFL), 'start', null),
            if(hash(n.AENDT, n.AENDTF, n.ONGOING) <> hash(w.AENDT, w.AENDTF, w.ONGOING) and ENDED is not true, 'end', null),
            if(hash(n.LABEL) <> hash(w.LABEL), 'name', null),
            if(hash(n.GRADE) <> hash(w.GRADE), 'grade', null),
            if(hash(n.SERIOUS) <> hash(w.SERIOUS), 'seriousness', null),
            if(hash(n.VALUE, n.UNIT) <> hash(w.VALUE, w.UNIT), 'value', null),
            if(hash(n.LOW, n.HIGH) <> hash(w.LOW, w.HIGH), 'limits', null),
            if(hash(n.DETAIL, n.RELATED, n.OUTCOME) <> hash(w.DETAIL, w.RELATED, w.OUTCOME) and ENDED is not true, 'detail', null)
        ], lambda each: each is not null) as FIELDS,
    from changed
)

select
    case
        when n.ID is null then 'removed'
        when w.ID is null and n.ASTDT > cast($cutoff_before as date) then 'new'
        when w.ID is null then 'entered late'
        when FIELDS = [] then 'ended'
        else 'changed'
    end as change,
    if(n.ID is null or w.ID is null, '', array_to_string(FIELDS, ', ')) as what,
    s.LANE as lane, s.ASTDT as start, s.AENDT as end, s.ASTDY as start_day, s.AENDY as end_day, s.LABEL as label,
    s.DETAIL as detail, s.GRADE as grade, s.SERIOUS as serious, s.RELATED as related, s.OUTCOME as outcome, s.CODE as code, s.VALUE as value, s.UNIT as unit,
    s.ONGOING as ongoing, s.DATEFL as precision,
    w.ASTDT as start_before, w.AENDT as end_before, w.LABEL as label_before, w.DETAIL as detail_before,
    w.GRADE as grade_before, w.SERIOUS as serious_before, w.VALUE as value_before,
from told
order by start, end_day, lane, label, code, change
