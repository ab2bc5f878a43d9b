{% macro parse_instant_setting(name) %}
    {#- Returns the time in a var, in UTC, as text 'YYYY-MM-DD HH:MM:SS[.ffffff]', or '' if it is empty. -#}
    {%- set value = var(name, '') | string -%}
    {%- if value in ('', 'None') -%}{{ return('') }}{%- endif -%}
    {%- set pattern -%}
        ([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?)?(Z|([+-])([0-9]{2}):?([0-9]{2}))?
    {%- endset -%}
    {%- set found = modules.re.fullmatch(pattern, value) -%}
    {%- if not found
        or not 1 <= found.group(2) | int <= 12
        or not 1 <= found.group(3) | int <= 31
        or (found.group(4) or '0') | int > 23
        or (found.group(5) or '0') | int > 59
        or (found.group(6) or '0') | int > 59
        or (found.group(10) or '0') | int > 15
        or (found.group(11) or '0') | int > 59 -%}
        {{- ratebook.stop_with(
            "the var " ~ name ~ " is '" ~ value ~ "', which is not a time; set it to a value like 2024-05-31, "
            ~ "2024-05-31T12:00:00Z or 2024-05-31T12:00:00+02:00"
        ) -}}
        {{ return('') }}
    {%- endif -%}
    {%- set first_of_month = modules.datetime.datetime([found.group(1) | int, 1] | max, found.group(2) | int, 1) -%}
    {%- set day = first_of_month + modules.datetime.timedelta(days=found.group(3) | int - 1) -%}
    {%- if day.month != first_of_month.month -%}
        {{- ratebook.stop_with("the var " ~ name ~ " is '" ~ value ~ "', a date that does not exist; correct the day") -}}
    {%- endif -%}
    {#- Counted in minutes, because Python's times end where an offset may still lead. -#}
    {%- set offset = (found.group(10) or '0') | int * 60 + (found.group(11) or '0') | int -%}
    {%- set minutes = (day.toordinal() - 1) * 1440 + (found.group(4) or '0') | int * 60 + (found.group(5) or '0') | int
        - (-offset if found.group(9) == '-' else offset) -%}
    {%- if found.group(1) == '0000' or not 0 <= minutes < modules.datetime.datetime.max.toordinal() * 1440 -%}
        {{- ratebook.stop_with("the var " ~ name ~ " is '" ~ value ~ "'; set it to a time in the years 1 to 9999 UTC") -}}
        {{ return('') }}
    {%- endif -%}
    {%- set instant = modules.datetime.datetime(1, 1, 1) + modules.datetime.timedelta(
        minutes=minutes,
        seconds=(found.group(6) or '0') | int,
        microseconds=((found.group(7) or '0') ~ '000000')[:6] | int
    ) -%}
    {{ return(instant.isoformat(' ', 'microseconds')) }}
{% endmacro %}
