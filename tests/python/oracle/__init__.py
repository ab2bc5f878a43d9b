"""The rules of ratebook once more, in plain Python: what the marts must say.

Written from the rules alone, without a look at the SQL, so that a mistake must be made twice to go
unnoticed. Nothing here is fast or clever: rows are dictionaries, amounts are fractions, time runs
through the standard library's zones.

Each module is one stage and its class builds on the stage before it:
inputs (which rows count), quotes (which are accepted), contracts (who is in force when, and for
how long), prices (whose word counts), spans (billing periods), metering (which event is rated
where), rating (lines), invoices, revenue (what recurs), agreed (who keeps their quotes), reports
(what needs a look), marts; previews are marts of one quote or order, with its guard_rails. `cells`,
`zones`, `renewals` and `usage` are what they read with, `charges` has the charge models, `matrix`
and `cell_rating` have prices by cells; `cases`, `renewal_cases`, `odd_cells`, `charge_cases`,
`schedule_cases`, `percentage_cases`, `matrix_cases` and `provisioned_cases` make random inputs.
`labels` tells whether the reports say the truth. `ledger` is what closes say, from lines alone.

    marts = compute(inputs, settings)

`inputs` has a list of rows (column -> text or None) per input of the input contract, `settings`
the project's vars without their prefix.
"""

from oracle.marts import Marts
from oracle.previews import Preview, compute

__all__ = ["Marts", "Preview", "compute"]
