-- Read here, before the gate: without the seed no mart is built.
select
    effect,
    reason,
    meaning,
    remedy
from {{ ratebook.shipped_rows('reasons', ['effect', 'reason', 'meaning', 'remedy']) }}
