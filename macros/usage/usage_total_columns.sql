{% macro usage_total_columns(uses) %}
    {#-
        The columns of int_usage_totals: name, type, and expression in each part; null in the others. What nobody uses
        (see usage_in_use) is null everywhere.
    -#}
    {%- set parts = ['rated', 'latest_ones', 'priced_events', 'days', 'levels', 'exceptions'] -%}
    {%- set by_window = parts[:3] -%}
    {{ return([
        ('rating_set', 'varchar', dict.fromkeys(parts, 'rating_set')),
        ('metering_window_number', 'bigint', dict.fromkeys(by_window, 'metering_window_number')),
        ('product_uid', 'varchar', dict.fromkeys(by_window + ['levels', 'exceptions'], 'product_uid')),
        ('counted_value', 'varchar', {'rated': 'counted_value'} if uses.counted_values else {}),
        ('cell_key', 'bigint', dict.fromkeys(by_window, 'cell_key') if uses.cells else {}),
        ('metered_date', 'date', {'rated': 'metered_from', 'latest_ones': 'metered_date'}),
        ('metered_hour', 'timestamp', {
            'rated': 'case when hours_to_receipt is not null then metered_from end',
        } if uses.hours else {}),
        ('hours_to_receipt', 'bigint', {'rated': 'hours_to_receipt'} if uses.hours else {}),
        ('customer_id', 'varchar', dict.fromkeys(['levels', 'exceptions'], 'customer_id')),
        ('event_name', 'varchar', dict.fromkeys(['days', 'exceptions'], 'event_name')),
        ('received_date', 'date', {'days': 'received_date'}),
        ('transaction_id', 'varchar', dict.fromkeys(['priced_events', 'exceptions'], 'transaction_id')),
        ('metered_at', 'timestamp', dict.fromkeys(['priced_events', 'levels', 'exceptions'], 'metered_at')),
        ('received_at', 'timestamp', dict.fromkeys(['priced_events', 'exceptions'], 'received_at')),
        ('event_quantity', 'decimal(24, 12)', {'priced_events': 'quantity'}),
        ('outcome', 'varchar', {'exceptions': 'outcome'}),
        ('detail', 'varchar', {'exceptions': 'detail'}),
        ('is_without_cell', 'boolean', {'exceptions': 'is_without_cell'}),
        ('sibling_ranks', 'varchar', {'exceptions': 'sibling_ranks'}),
        ('sibling_number', 'bigint', {'exceptions': 'sibling_number'}),
        ('is_event_rated', 'boolean', {'exceptions': 'is_event_rated'}),
        ('is_first_of_furthest', 'boolean', {'exceptions': 'is_first_of_furthest'}),
        ('first_metered_at', 'timestamp', {'rated': 'first_metered_at'}),
        ('last_metered_at', 'timestamp', {'rated': 'last_metered_at'}),
        ('last_received_at', 'timestamp', {'rated': 'last_received_at'}),
        ('event_count', 'bigint', {
            'rated': 'event_count', 'latest_ones': '0', 'priced_events': '0', 'days': 'event_count',
            'levels': 'event_count', 'exceptions': 'event_count',
        }),
        ('quantity', 'decimal(38, 12)', {'rated': 'quantity', 'levels': 'quantity'}),
        ('highest_quantity', 'decimal(24, 12)', {'rated': 'highest_quantity'} if uses.maximums else {}),
    ]) }}
{% endmacro %}
