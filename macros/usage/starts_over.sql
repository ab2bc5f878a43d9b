{% macro starts_over() %}
    {#-
        Whether nothing is kept of earlier builds, because of --full-refresh. The command `ratebook build` always has that
        option, for seeds, and says itself whether the user has asked for it.
    -#}
    {{ return(flags.FULL_REFRESH and env_var('RATEBOOK_FULL_REFRESH', 'yes') == 'yes') }}
{% endmacro %}
