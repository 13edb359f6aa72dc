-- One row in all: how many subjects there are, who is not at risk at the landmark and why, and who was treated locally.
-- room: received
with records as (
    select
        adtte.AVAL as time,
        adtte.ENTRY as entry,
        adtte.CNSR as cnsr,
        adtte.SWITCH as switch,
    from population
    left join adtte on adtte.USUBJID = population.USUBJID and adtte.PARAMCD = $endpoint
)

select
    count(*) as n_total,
    count(*) filter (time is null) as n_no_record,
    count(*) filter (time <= 0) as n_no_followup,
    count(*) filter (time > 0 and time <= entry) as n_before_entry,
    count(*) filter (time > entry and time <= $landmark and cnsr = 0) as n_event_before,
    count(*) filter (time > entry and time <= $landmark and cnsr <> 0) as n_left_before,
    count(*) filter (time > entry and time > $landmark and entry > $landmark) as n_entered_after,
    count(*) filter (time > entry and entry > 0) as n_late,
    min(entry) filter (time > entry) as first_entry,
    count(*) filter (switch < time and time > entry) as n_received,
from records
