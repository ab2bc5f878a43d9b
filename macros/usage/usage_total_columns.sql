{% macro usage_total_columns() %}
    {#- The columns of int_usage_totals: name, type, and expression in each part; null in the others. -#}
    {%- set by_window = ['rated', 'latest_ones', 'priced_events'] -%}
    {%- set parts = by_window + ['days', 'levels', 'exceptions'] -%}
    {{ return([
        ('rating_set', 'varchar', dict.fromkeys(parts, 'rating_set')),
        ('metering_window_number', 'bigint', dict.fromkeys(by_window, 'metering_window_number')),
        ('rated_product_uid', 'varchar', dict.fromkeys(by_window, 'product_uid')),
        ('counted_value', 'varchar', {'rated': 'counted_value'}),
        ('cell_key', 'bigint', dict.fromkeys(by_window, 'cell_key')),
        ('metered_date', 'date', {'rated': 'metered_from', 'latest_ones': 'metered_date'}),
        ('metered_hour', 'timestamp', {
            'rated': 'case when hours_to_receipt is not null then metered_from end',
        }),
        ('hours_to_receipt', 'bigint', {'rated': 'hours_to_receipt'}),
        ('rated_event_name', 'varchar', {'days': 'event_name'}),
        ('rated_date', 'date', {'days': 'received_date'}),
        ('level_customer_id', 'varchar', {'levels': 'customer_id'}),
        ('level_product_uid', 'varchar', {'levels': 'product_uid'}),
        ('level_at', 'timestamp', {'levels': 'metered_at'}),
        ('priced_transaction_id', 'varchar', {'priced_events': 'transaction_id'}),
        ('priced_metered_at', 'timestamp', {'priced_events': 'metered_at'}),
        ('priced_received_at', 'timestamp', {'priced_events': 'received_at'}),
        ('priced_quantity', 'decimal(24, 12)', {'priced_events': 'quantity'}),
        ('reported_transaction_id', 'varchar', {'exceptions': 'transaction_id'}),
        ('reported_customer_id', 'varchar', {'exceptions': 'customer_id'}),
        ('reported_event_name', 'varchar', {'exceptions': 'event_name'}),
        ('reported_product_uid', 'varchar', {'exceptions': 'product_uid'}),
        ('reported_outcome', 'varchar', {'exceptions': 'outcome'}),
        ('reported_detail', 'varchar', {'exceptions': 'detail'}),
        ('reported_metered_at', 'timestamp', {'exceptions': 'metered_at'}),
        ('reported_received_at', 'timestamp', {'exceptions': 'received_at'}),
        ('reported_is_without_cell', 'boolean', {'exceptions': 'is_without_cell'}),
        ('reported_sibling_ranks', 'varchar', {'exceptions': 'sibling_ranks'}),
        ('reported_sibling_number', 'bigint', {'exceptions': 'sibling_number'}),
        ('reported_is_event_rated', 'boolean', {'exceptions': 'is_event_rated'}),
        ('reported_is_first_of_furthest', 'boolean', {'exceptions': 'is_first_of_furthest'}),
        ('is_exception', 'boolean', dict(dict.fromkeys(parts, 'false'), exceptions='true')),
        ('first_metered_at', 'timestamp', {'rated': 'first_metered_at'}),
        ('last_metered_at', 'timestamp', {'rated': 'last_metered_at'}),
        ('last_received_at', 'timestamp', {'rated': 'last_received_at'}),
        ('event_count', 'bigint', {
            'rated': 'event_count', 'latest_ones': '0', 'priced_events': '0', 'days': 'event_count',
            'levels': 'event_count', 'exceptions': 'event_count',
        }),
        ('quantity', 'decimal(38, 12)', {'rated': 'quantity', 'levels': 'quantity'}),
        ('highest_quantity', 'decimal(24, 12)', {'rated': 'highest_quantity'}),
    ]) }}
{% endmacro %}
