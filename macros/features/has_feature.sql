{% macro has_feature(name) %}
    {#- Whether a feature is enabled. Called by every model of its folder, and by the core where it reads the feature. -#}
    {%- if name not in ratebook.features() -%}
        {{- ratebook.stop_with("the feature " ~ name ~ " does not exist; the features are " ~ ratebook.features() | join(', ')) -}}
    {%- endif -%}
    {{ return(name in (var('ratebook_features') or [])) }}
{% endmacro %}
