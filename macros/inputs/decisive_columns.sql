{% macro decisive_columns(input) %}
    {#-
        The columns of an input that decide what is billed, paid out or provided. If such a cell cannot be
        read, the row takes no effect, and withholds what depends on it; any other cell that cannot be read
        counts as empty.
    -#}
    {%- set undecisive = [
        'id', 'version', 'created_at', 'branch', 'payment_terms_days', 'payment_terms_kind', 'invoice_grouping',
        'signed_at', 'voided_at', 'sent_at', 'expires_at', 'accepted_at', 'maximum_discount_percent', 'minimum_term_months', 'floor_price',
        'is_required', 'checkout_started_at', 'tax_amount',
    ] -%}
    {%- set decisive_inputs = [
        'products', 'product_filters', 'pricebooks', 'list_prices', 'contracts', 'contract_prices',
        'quotes', 'quote_prices', 'quote_usage', 'orders', 'order_items', 'price_tiers', 'price_dimensions',
        'price_cells', 'currencies',
        'partner_shares', 'entitlement_grants', 'marketplace_private_offers',
        'marketplace_private_offer_prices', 'marketplace_agreements', 'marketplace_listings', 'ledger_opening',
    ] -%}
    {%- set found = [] -%}
    {%- if input in decisive_inputs -%}
        {%- for column, type in ratebook.input_columns(input).items()
            if type not in ['text', 'currency', 'json_object'] and (column not in undecisive or input == 'product_filters') -%}
            {%- do found.append(column) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{% endmacro %}
