{{ config(enabled=ratebook.has_feature('ledger')) }}
-- Otherwise somebody has changed, removed or added a row by hand, and documents no longer say what
-- was sent.
{{ ratebook.broken_closes(ref('ratebook', 'invoice_ledger')) }}
