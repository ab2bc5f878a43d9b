{% materialization table_of_reads, adapter='duckdb' %}
    {#-
        A table that is kept from build to build, and gets rows for the usage that is new. It is made anew if all usage is
        read, and with the setting `replaced` in any case: such a table takes from itself what it keeps. What it
        holds and the record of it change in one transaction.
    -#}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set reads = ref('ratebook', 'int_usage_reads') -%}
    {%- set read = ratebook.usage_read(this) -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') -%}
        {%- if read.mode == 'all' or config.get('replaced') %}
        create or replace table {{ target_relation }} as (
            {{ compiled_code }}
        )
        {%- else %}
        insert into {{ target_relation }} by name (
            {{ compiled_code }}
        )
        {%- endif %}
    {%- endcall -%}
    {%- if read.number -%}
        {%- call statement('record') -%}
            delete from {{ reads }} where part = 'TABLE' and name = '{{ this.identifier }}';
            {%- if read.is_recorded %}
            insert into {{ reads }} (part, name, read_number) values ('TABLE', '{{ this.identifier }}', {{ read.number }});
            {%- endif %}
        {%- endcall -%}
    {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do persist_docs(target_relation, model) -%}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
