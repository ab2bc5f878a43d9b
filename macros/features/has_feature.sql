{% macro has_feature(name) %}
    {#- Whether a feature is enabled. Called by each model of its folder, and by the core where it reads one. -#}
    {%- if name not in ratebook.features() -%}
        {{- ratebook.stop_with("the feature " ~ name ~ " does not exist; the features are " ~ ratebook.features() | join(', ')) -}}
    {%- endif -%}
    {{ return(name in (var('ratebook_features') or [])) }}
{% endmacro %}
