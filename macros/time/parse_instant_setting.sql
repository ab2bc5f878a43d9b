{% macro parse_instant_setting(name) %}
    {#- Returns the time in a var, in UTC, as text 'YYYY-MM-DD HH:MM:SS[.ffffff]', or '' if it is empty. -#}
    {%- set value = var(name, '') | string | trim -%}
    {%- if value in ('', 'None') -%}{{ return('') }}{%- endif -%}
    {%- set pattern = '^(\\d{4})-(\\d{2})-(\\d{2})(?:[T ](\\d{2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,6}))?)?)?(Z|[+-]\\d{2}:?\\d{2})?$' -%}
    {%- set found = modules.re.match(pattern, value) -%}
    {%- if not found
        or not 1 <= found.group(2) | int <= 12
        or not 1 <= found.group(3) | int <= 31
        or (found.group(4) or '0') | int > 23
        or (found.group(5) or '0') | int > 59
        or (found.group(6) or '0') | int > 59 -%}
        {{- ratebook.stop_with(
            "the var " ~ name ~ " is '" ~ value ~ "', which is not a time; set it to a value like 2024-05-31, "
            ~ "2024-05-31T12:00:00Z or 2024-05-31T12:00:00+02:00"
        ) -}}
        {{ return('') }}
    {%- endif -%}
    {%- set first_of_month = modules.datetime.datetime(found.group(1) | int, found.group(2) | int, 1) -%}
    {%- set instant = first_of_month + modules.datetime.timedelta(
        days=found.group(3) | int - 1,
        hours=(found.group(4) or '0') | int,
        minutes=(found.group(5) or '0') | int,
        seconds=(found.group(6) or '0') | int,
        microseconds=((found.group(7) or '0') ~ '000000')[:6] | int
    ) -%}
    {%- if instant.month != first_of_month.month -%}
        {{- ratebook.stop_with("the var " ~ name ~ " is '" ~ value ~ "', a date that does not exist; correct the day") -}}
    {%- endif -%}
    {%- set offset = found.group(8) or 'Z' -%}
    {%- if offset != 'Z' -%}
        {%- set digits = offset[1:] | replace(':', '') -%}
        {%- set minutes = digits[:2] | int * 60 + digits[2:] | int -%}
        {%- set instant = instant - modules.datetime.timedelta(
            minutes=minutes if offset[0] == '+' else -minutes
        ) -%}
    {%- endif -%}
    {{ return(instant.strftime('%Y-%m-%d %H:%M:%S.%f')) }}
{% endmacro %}
