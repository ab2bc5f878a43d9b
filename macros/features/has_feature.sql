{% macro has_feature(name) %}
    {#- Whether a feature is switched on: every model of its folder asks, and the core where the feature joins it. -#}
    {%- if name not in ratebook.features() -%}
        {{- ratebook.stop_with("there is no feature " ~ name ~ "; the features are " ~ ratebook.features() | join(', ')) -}}
    {%- endif -%}
    {{ return(name in (var('ratebook_features') or [])) }}
{% endmacro %}
