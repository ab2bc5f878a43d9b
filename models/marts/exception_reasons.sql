select
    effect,
    reason,
    meaning,
    remedy
from {{ ref('ratebook', 'int_reasons') }}
